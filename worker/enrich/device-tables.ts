import Bowser from "bowser";

/**
 * Browsers that bowser calls by the engine they are built on, and the browsers inside apps, by the product token
 * each adds to the user agent; the group that matched is the version. The first match wins, so an app stands before
 * its engine.
 */
export const APPS: readonly (readonly [name: string, pattern: RegExp])[] = [
  // The three most used, with nothing added: first, since bowser would find its words in phones ("PHANTOM X2").
  ["Chrome", /^(?!.*Web0S).*\(KHTML, like Gecko\) Chrome\/(\d+)[\d.]*(?: Mobile)? Safari\/537\.36$/],
  ["Safari", /\((?:iP|Macintosh|X11).*\(KHTML, like Gecko\) Version\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\/[\d.]+$/],
  ["Firefox", /\bGecko\/[\d.]+ Firefox\/(\d+)[\d.]*$/],

  // Inside apps.
  ["Instagram", /\bInstagram[ /](\d+)?/],
  ["Threads", /\bBarcelona[ /](\d+)/],
  ["Messenger", /\bFB(?:AN\/Messenger|_IAB\/(?:Orca|MESSENGER))(?:.{0,40}?\bFBAV\/(\d+))?/],
  ["Facebook", /\bFB(?:AN|_IAB)\/(?:.{0,40}?\bFBAV\/(\d+))?|\bMetaIAB Facebook\b/],
  ["Douyin", /\baweme_(\d+)/],
  // Android writes its build number behind the name, and the version further on.
  ["TikTok", /(?:musical_ly|trill)_\d{6,}.{0,120}?\bapp_version\/(\d+)/],
  ["TikTok", /(?:musical_ly|trill|BytedanceWebview|TikTok)[_ /](?:(\d{1,3})\b)?/i],
  ["Toutiao", /\bNewsArticle\/(\d+)/],
  ["Snapchat", /Snapchat\/?(\d+)/],
  ["Pinterest", /\[?Pinterest\/(?:iOS|Android)()?/],
  ["LinkedIn", /\[?LinkedInApp\]?(?:\/(\d+))?/],
  ["X", /\bTwitter(?: for (?:iPhone|iPad)|Android)(?:\/(\d+))?/],
  ["Reddit", /\bReddit\/(?:Version )?(\d+)?/],
  ["WeChat", /\bMicroMessenger\/(\d+)/],
  ["QQ", /\bQQ\/(\d+)/],
  ["Weibo", /\bWeibo (?=\()(?:.{1,60}?__weibo__(\d+))?|\bWeibo(?:Intl|lite)/],
  ["Alipay", /\bAlipayClient\/(\d+)/],
  ["DingTalk", /\bDingTalk\/(\d+)/],
  ["Baidu", /\bbaiduboxapp\/(\d+)/],
  ["Xiaohongshu", /\bxhsdiscover\/(\d+)/],
  ["LINE", /\bLine\/(\d+)/],
  ["Zalo", /\bZalo (?:android|iOS)\//],
  ["KakaoTalk", /\bKAKAOTALK[ /](\d{1,2})/i],
  ["Naver", /\bNAVER\(inapp; [^;)]{1,30}; \d+; (\d+)/],
  ["Telegram", /\bTelegram-Android\/(\d+)/],
  ["Google app", /\bGSA\/(\d+)/],
  ["Bing", /\bBing(?:Sapphire|Web)\/(\d+)/],
  ["Microsoft Start", /\bNewsSapphire\/(\d+)/],
  ["Yahoo! Japan", /\bjp\.co\.yahoo\.[\w.]{1,40}\/(\d+)/],
  ["Yandex app", /\bYaApp_(?:Android|iOS)\/(\d+)/],
  ["SmartNews", /\bSmartNews\/(\d+)/],
  ["Flipboard", /\bFlipboard\/(\d+)/],
  ["Slack", /\bSlack(?:_SSB)?\/(\d+)/],
  ["Teams", /\bTeams\/(\d+)/],

  // Browsers of televisions and consoles.
  ["PlayStation Browser", /\bPlayStation(?:; PlayStation)?(?: \d[ /](\d+))?/i],
  ["Nintendo Browser", /\bNintendo\b(?:.*?\bNintendoBrowser\/(\d+))?/],
  ["Samsung TV", /\bTizen\b.{0,80}? TV Safari()?/],
  ["LG TV", /\bWeb0S;/],
  ["Meta Quest Browser", /\bOculusBrowser\/(\d+)/],
  ["Wolvic", /\bWolvic\/(\d+)/],
  ["Amazon Silk", /\bSilk\/(\d+)/],

  // Browsers of their own.
  // On Android it may borrow the name of its larger brother, and is known by its build number.
  ["Opera Mini", /\bOpera Mini\/(\d+)|\bOPiOS\/(\d+)|\bOPR\/(\d+)\.\d+\.2254\./],
  ["Opera GX", /\bOPX\/(\d+)/],
  // Opera Touch, before it was renamed: https://en.wikipedia.org/wiki/Opera_Touch
  ["Opera", /\bOPT\/(\d+)/],
  ["DuckDuckGo", /\b(?:DuckDuckGo|Ddg)\/(\d+)/],
  ["Edge", /\b(?:Edg|EdgA|EdgiOS|Edge)\/(\d+)/],
  ["Samsung Internet", /\bSamsungBrowser\/(\d+)/],
  ["Firefox Focus", /\b(?:Focus|Klar)\/(\d+)/],
  ["Brave", /\bBrave(?: Chrome)?\/(\d+)|Safari\/[\d.]+ \(?Brave\)?$/i],
  ["Vivaldi", /\bVivaldi\/(\d+)/],
  ["Ecosia", /\bEcosia (?:ios|android)@(\d+)/],
  ["UC Browser", /\bUC(?:Browser|Mobile)\/(\d+)/],
  ["MIUI Browser", /\bMiuiBrowser\/(\d+)/],
  ["Mint Browser", /\bMint Browser\/(\d+)/],
  ["Hi Browser", /\bHiBrowser\/v?(\d+)/i],
  ["Honor Browser", /\bHonorBrowser\/(\d+)/],
  ["Huawei Browser", /\bHuaweiBrowser\/(\d+)/],
  ["Vivo Browser", /\bVivoBrowser\/(\d+)/],
  ["Quark", /\bQuark(?:PC)?\/(\d+)/],
  ["Phoenix", /\bPHX\/(\d+)/],
  ["360 Browser", /\bQIHU 360[A-Z]/],
  ["Sogou Browser", / SE (\d+)\.X MetaSr /],
  ["Cốc Cốc", /\bcoc_coc_browser\/(\d+)/],
  ["Whale", /\bWhale\/(\d+)/],
  ["Lenovo Browser", /\bSLBrowser\/(\d+)/],
  ["Sber Browser", /\bSberBrowser\/(\d+)/],
  ["Seznam Browser", /\bSznProhlizec\/(\d+)/],
  ["Aloha", /\b(?:AlohaBrowser|ABB)\/(\d+)/],
  ["Avast Secure Browser", /\bAvast(?:SecureBrowser)?\/(\d+)/],
  ["AVG Secure Browser", /\bAVG\/(\d+)/],
  ["Avira Secure Browser", /\bAvira\/(\d+)/],
  ["CCleaner Browser", /\bCCleaner\/(\d+)/],
  ["Norton Browser", /\bNorton\/(\d+)/],
  ["Mullvad Browser", /\bMullvadBrowser\/(\d+)/],
  ["Waterfox", /\bWaterfox\/(\d+)/],
  ["Falkon", /\bFalkon\/(\d+)/],
  ["qutebrowser", /\bqutebrowser\/(\d+)/],
  ["Konqueror", /\bKonqueror\b(?:\/(\d+))?/],
  ["Firefox", /\bFxiOS\/(\d+)/],
  ["Chrome", /\bCriOS\/(\d+)/],
  // Apps that add no name, and pages put on the home screen.
  ["iOS WebView", /^(?!.*\bSafari\b).*\((?:iPhone|iPad|iPod).*\bMobile\/\w+/],
  ["Android WebView", /; wv\).{0,80}?Chrome\/(\d+)/],
  ["HarmonyOS WebView", /\bArkWeb\/(\d+)/],
  ["macOS WebView", /^Mozilla\/5\.0 \(Macintosh;[^)]*\) AppleWebKit\/[\d.]+ \(KHTML, like Gecko\)$/],
  ["Samsung TV", /\bTizen\b/],
];

const SHORTER: readonly (readonly [string, string])[] = [
  ["Microsoft Edge", "Edge"],
  ["Samsung Internet for Android", "Samsung Internet"],
  ["NAVER Whale Browser", "Whale"],
  ["WebOS Browser", "LG TV"],
  ["Roku", "Roku TV"],
];

/** Names bowser has for browsers, and what they are called here. It finds "Tizen" within other words ("CitizenFX"). */
export const BOWSER_NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.values(Bowser.BROWSER_MAP)
    .filter((name) => name !== "Tizen")
    .map((name) => [name, name] as const),
  ...SHORTER,
]);

/** Systems bowser takes for the one they are built on, or does not know. */
export const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Xbox", /\bXbox\b/],
  ["PlayStation", /\bPlayStation\b/i],
  ["Nintendo", /\bNintendo\b/],
  ["KaiOS", /\bKAIOS\b/i],
  ["HarmonyOS", /\bHarmonyOS\b|\bOpenHarmony\b/],
  // No Mac has these browsers or a build of "Mobile": an iPad, or an iPhone, that asks for desktop sites.
  ["iOS", /\(Macintosh;.*(?:\biP(?:ad|hone)|\b(?:CriOS|EdgiOS|FxiOS|GSA|OPT|OPX|Mobile)\/)/],
  ["Android", /\bAndr0id\b/],
  ["Fuchsia", /\bFuchsia\b/],
  ["FreeBSD", /\bFreeBSD\b/],
  ["OpenBSD", /\bOpenBSD\b/],
  ["NetBSD", /\bNetBSD\b/],
  // As "desktop site" these browsers say Linux, where they do not exist.
  ["Android", /X11; (?:U; )?Linux.*\b(?:(?:SamsungBrowser|Silk|OculusBrowser)\/|Puffin\/[\d.]+A)/],
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
