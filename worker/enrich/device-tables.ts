import Bowser from "bowser";

/**
 * Browsers that bowser calls by the engine they are built on, and the browsers inside apps, by the product token
 * each adds to the user agent; the group is the version. The first match wins, so an app stands before its engine.
 */
export const APPS: readonly (readonly [name: string, pattern: RegExp])[] = [
  // Inside apps.
  ["Instagram", /\bInstagram[ /](\d+)?/],
  ["Threads", /\bBarcelona[ /](\d+)/],
  ["Messenger", /\bFB(?:AN\/Messenger|_IAB\/(?:Orca|MESSENGER))(?:.{0,40}?\bFBAV\/(\d+))?/],
  ["Facebook", /\bFB(?:AN|_IAB)\/(?:.{0,40}?\bFBAV\/(\d+))?/],
  ["TikTok", /(?:musical_ly|trill|BytedanceWebview|TikTok)[_ /](\d+)?/i],
  ["Snapchat", /\bSnapchat\/(\d+)/],
  ["Pinterest", /\[?Pinterest\/(?:iOS|Android)()?/],
  ["LinkedIn", /\[?LinkedInApp\]?(?:\/(\d+))?/],
  ["X", /\bTwitter(?: for (?:iPhone|iPad)|Android)(?:\/(\d+))?/],
  ["Reddit", /\bReddit\/(?:Version )?(\d+)?/],
  ["WeChat", /\bMicroMessenger\/(\d+)/],
  ["LINE", /\bLine\/(\d+)/],
  ["KakaoTalk", /\bKAKAOTALK[ /](\d{1,2})/i],
  ["Naver", /\bNAVER\(inapp; [^;)]{1,30}; \d+; (\d+)/],
  ["Telegram", /\bTelegram-Android\/(\d+)/],
  ["Google app", /\bGSA\/(\d+)/],
  ["Slack", /\bSlack(?:_SSB)?\/(\d+)/],
  ["Teams", /\bTeams\/(\d+)/],

  // Browsers of televisions and consoles.
  ["PlayStation Browser", /\bPlayStation(?:; PlayStation)?(?: \d[ /](\d+))?/i],
  ["Nintendo Browser", /\bNintendo\b(?:.*?\bNintendoBrowser\/(\d+))?/],
  ["Samsung TV", /\bTizen\b.{0,80}? TV Safari()?/],
  ["Meta Quest Browser", /\bOculusBrowser\/(\d+)/],
  ["Amazon Silk", /\bSilk\/(\d+)/],

  // Browsers of their own.
  ["Opera Mini", /\bOpera Mini\/(\d+)/],
  ["Opera GX", /\bOPX\/(\d+)/],
  ["Opera Touch", /\bOPT\/(\d+)/],
  ["Edge", /\b(?:Edg|EdgA|EdgiOS|Edge)\/(\d+)/],
  ["Samsung Internet", /\bSamsungBrowser\/(\d+)/],
  ["Firefox Focus", /\b(?:Focus|Klar)\/(\d+)/],
  ["DuckDuckGo", /\b(?:DuckDuckGo|Ddg)\/(\d+)/],
  ["Brave", /\bBrave(?: Chrome)?\/(\d+)/],
  ["Vivaldi", /\bVivaldi\/(\d+)/],
  ["Ecosia", /\bEcosia (?:ios|android)@(\d+)/],
  ["UC Browser", /\bUCBrowser\/(\d+)/],
  ["MIUI Browser", /\bMiuiBrowser\/(\d+)/],
  ["Huawei Browser", /\b(?:HuaweiBrowser|ArkWeb)\/(\d+)/],
  ["Aloha", /\bAlohaBrowser\/(\d+)/],
  ["Avast Secure Browser", /\bAvast\/(\d+)/],
  ["Firefox", /\bFxiOS\/(\d+)/],
  ["Chrome", /\bCriOS\/(\d+)/],
  // Apps that add no name, and pages put on the home screen.
  ["iOS WebView", /^(?!.*\bSafari\b).*\((?:iPhone|iPad|iPod).*\bMobile\/\w+()/],
  ["Android WebView", /; wv\).{0,80}?Chrome\/(\d+)/],
];

const SHORTER: readonly (readonly [string, string])[] = [
  ["Microsoft Edge", "Edge"],
  ["Samsung Internet for Android", "Samsung Internet"],
  ["NAVER Whale Browser", "Whale"],
  ["Tizen", "Samsung TV"],
  ["WebOS Browser", "LG TV"],
  ["Roku", "Roku TV"],
];

/** Names bowser has for browsers, and what they are called here. */
export const BOWSER_NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.values(Bowser.BROWSER_MAP).map((name) => [name, name] as const),
  ...SHORTER,
]);

/** Systems bowser takes for the one they are built on, or does not know. */
export const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Xbox", /\bXbox\b/],
  ["PlayStation", /\bPlayStation\b/i],
  ["Nintendo", /\bNintendo\b/],
  ["KaiOS", /\bKAIOS\b/i],
  ["HarmonyOS", /\bHarmonyOS\b|\bOpenHarmony\b/],
  ["FreeBSD", /\bFreeBSD\b/],
  ["OpenBSD", /\bOpenBSD\b/],
  ["NetBSD", /\bNetBSD\b/],
  // As "desktop site" these browsers say Linux, where they do not exist.
  ["Android", /X11; Linux.*\b(?:SamsungBrowser|Silk)\//],
];

/** Values of `Sec-CH-UA-Platform` in lower case, in our words. */
export const SYSTEM_HINTS: ReadonlyMap<string, string> = new Map([
  ["android", "Android"],
  ["chrome os", "Chrome OS"],
  ["chromium os", "Chrome OS"],
  ["ios", "iOS"],
  ["linux", "Linux"],
  ["macos", "macOS"],
  ["windows", "Windows"],
]);
