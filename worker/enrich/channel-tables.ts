/** What a source is, as far as channels go. A `site` is only known by a readable name. */
export type SourceKind = "search" | "social" | "video" | "shopping" | "mail" | "ai" | "affiliate" | "display" | "site";

export interface KnownSource {
  name: string;
  kind: SourceKind;
  /** Hosts, each with all below it unless a longer entry says otherwise, and application ids of Android. */
  hosts: readonly string[];
  /** Other words people write into `utm_source`, in lower case. The name itself always counts. */
  also?: readonly string[];
}

export const SOURCES: readonly KnownSource[] = [
  // Assistants.
  { name: "ChatGPT", kind: "ai", hosts: ["chatgpt.com", "chat.openai.com", "com.openai.chatgpt"], also: ["openai"] },
  { name: "Claude", kind: "ai", hosts: ["claude.ai", "claude.com", "com.anthropic.claude"], also: ["anthropic"] },
  { name: "Perplexity", kind: "ai", hosts: ["perplexity.ai", "pplx.ai", "ai.perplexity.app.android"] },
  {
    name: "Gemini",
    kind: "ai",
    hosts: ["gemini.google.com", "bard.google.com", "com.google.android.apps.bard"],
    also: ["bard"],
  },
  { name: "NotebookLM", kind: "ai", hosts: ["notebooklm.google.com", "notebooklm.google"] },
  { name: "Google AI Studio", kind: "ai", hosts: ["aistudio.google.com"] },
  {
    name: "Copilot",
    kind: "ai",
    hosts: [
      "copilot.microsoft.com",
      "copilot.com",
      "copilot.cloud.microsoft",
      "m365.cloud.microsoft",
      "edgeservices.bing.com",
      "com.microsoft.copilot",
    ],
    also: ["bing chat", "microsoft copilot"],
  },
  { name: "DeepSeek", kind: "ai", hosts: ["chat.deepseek.com", "deepseek.com"] },
  { name: "Grok", kind: "ai", hosts: ["grok.com", "grok.x.ai", "x.ai"] },
  { name: "Mistral", kind: "ai", hosts: ["chat.mistral.ai", "mistral.ai"], also: ["le chat", "lechat"] },
  { name: "You.com", kind: "ai", hosts: ["you.com"] },
  { name: "Meta AI", kind: "ai", hosts: ["meta.ai"] },
  { name: "Poe", kind: "ai", hosts: ["poe.com"] },
  { name: "Phind", kind: "ai", hosts: ["phind.com"] },
  { name: "Kimi", kind: "ai", hosts: ["kimi.com", "kimi.moonshot.cn"] },
  { name: "Qwen", kind: "ai", hosts: ["chat.qwen.ai", "qwen.ai", "tongyi.aliyun.com"] },
  { name: "Doubao", kind: "ai", hosts: ["doubao.com"] },
  { name: "Ernie Bot", kind: "ai", hosts: ["yiyan.baidu.com"] },
  { name: "Duck.ai", kind: "ai", hosts: ["duck.ai"] },
  { name: "Character.AI", kind: "ai", hosts: ["character.ai"] },
  { name: "Pi", kind: "ai", hosts: ["pi.ai"] },
  { name: "Felo", kind: "ai", hosts: ["felo.ai"] },
  { name: "Genspark", kind: "ai", hosts: ["genspark.ai"] },
  { name: "Manus", kind: "ai", hosts: ["manus.im"] },
  { name: "Lumo", kind: "ai", hosts: ["lumo.proton.me"] },

  // Search engines. Country domains of the big ones: COUNTRY_BRANDS.
  {
    name: "Google",
    kind: "search",
    hosts: ["google.com", "ampproject.org", "syndicatedsearch.goog", "com.google.android.googlequicksearchbox"],
    also: ["adwords"],
  },
  { name: "Google News", kind: "search", hosts: ["news.google.com", "com.google.android.apps.magazines"] },
  { name: "Google Scholar", kind: "search", hosts: ["scholar.google.com"] },
  { name: "Bing", kind: "search", hosts: ["bing.com", "com.microsoft.bing"], also: ["microsoft ads"] },
  { name: "MSN", kind: "search", hosts: ["msn.com"] },
  { name: "DuckDuckGo", kind: "search", hosts: ["duckduckgo.com", "com.duckduckgo.mobile.android"], also: ["ddg"] },
  { name: "Yahoo!", kind: "search", hosts: ["yahoo.com"], also: ["yahoo"] },
  { name: "Yandex", kind: "search", hosts: ["yandex.com", "yandex.ru", "ya.ru", "ru.yandex.searchplugin"] },
  { name: "Baidu", kind: "search", hosts: ["baidu.com"] },
  { name: "Ecosia", kind: "search", hosts: ["ecosia.org", "com.ecosia.android"] },
  { name: "Brave", kind: "search", hosts: ["search.brave.com"] },
  { name: "Startpage", kind: "search", hosts: ["startpage.com"] },
  { name: "Qwant", kind: "search", hosts: ["qwant.com"] },
  { name: "Kagi", kind: "search", hosts: ["kagi.com"] },
  { name: "Mojeek", kind: "search", hosts: ["mojeek.com"] },
  { name: "Swisscows", kind: "search", hosts: ["swisscows.com"] },
  { name: "Naver", kind: "search", hosts: ["naver.com"] },
  { name: "Daum", kind: "search", hosts: ["search.daum.net", "daum.net"] },
  { name: "Seznam", kind: "search", hosts: ["search.seznam.cz", "seznam.cz"] },
  { name: "Sogou", kind: "search", hosts: ["sogou.com"] },
  { name: "360 Search", kind: "search", hosts: ["so.com"] },
  { name: "Shenma", kind: "search", hosts: ["sm.cn"] },
  { name: "Petal Search", kind: "search", hosts: ["petalsearch.com"] },
  { name: "Cốc Cốc", kind: "search", hosts: ["coccoc.com"], also: ["coccoc"] },
  { name: "AOL", kind: "search", hosts: ["search.aol.com", "aol.com"] },
  { name: "Ask", kind: "search", hosts: ["ask.com"] },
  { name: "Rambler", kind: "search", hosts: ["rambler.ru", "nova.rambler.ru"] },
  { name: "Mail.ru", kind: "search", hosts: ["go.mail.ru", "mail.ru"] },
  { name: "Lycos", kind: "search", hosts: ["lycos.com"] },
  { name: "Dogpile", kind: "search", hosts: ["dogpile.com"] },
  { name: "MetaGer", kind: "search", hosts: ["metager.de", "metager.org"] },
  { name: "Presearch", kind: "search", hosts: ["presearch.com"] },
  { name: "Marginalia", kind: "search", hosts: ["search.marginalia.nu", "marginalia-search.com"] },
  { name: "Lilo", kind: "search", hosts: ["lilo.org"] },
  { name: "Yep", kind: "search", hosts: ["yep.com"] },

  // Social networks.
  {
    name: "Facebook",
    kind: "social",
    hosts: ["facebook.com", "fb.com", "fb.me", "com.facebook.katana", "com.facebook.lite"],
    also: ["fb", "meta"],
  },
  { name: "Messenger", kind: "social", hosts: ["messenger.com", "m.me", "com.facebook.orca"] },
  {
    name: "Instagram",
    kind: "social",
    hosts: ["instagram.com", "ig.me", "com.instagram.android"],
    also: ["ig", "insta"],
  },
  { name: "Threads", kind: "social", hosts: ["threads.net", "threads.com", "com.instagram.barcelona"] },
  { name: "X", kind: "social", hosts: ["x.com", "twitter.com", "t.co", "com.twitter.android"], also: ["twitter"] },
  { name: "LinkedIn", kind: "social", hosts: ["linkedin.com", "lnkd.in", "com.linkedin.android"], also: ["li"] },
  { name: "Reddit", kind: "social", hosts: ["reddit.com", "redd.it", "com.reddit.frontpage"] },
  { name: "Hacker News", kind: "social", hosts: ["news.ycombinator.com", "hckrnews.com"], also: ["hn", "hackernews"] },
  { name: "Lobsters", kind: "social", hosts: ["lobste.rs"] },
  { name: "Pinterest", kind: "social", hosts: ["pinterest.com", "pin.it", "com.pinterest"] },
  { name: "Tumblr", kind: "social", hosts: ["tumblr.com", "umblr.com"] },
  { name: "Bluesky", kind: "social", hosts: ["bsky.app", "go.bsky.app", "xyz.blueskyweb.app"], also: ["bsky"] },
  {
    name: "Mastodon",
    kind: "social",
    hosts: [
      "mastodon.social",
      "mastodon.online",
      "mstdn.social",
      "fosstodon.org",
      "hachyderm.io",
      "org.joinmastodon.android",
    ],
  },
  { name: "Lemmy", kind: "social", hosts: ["lemmy.world", "lemmy.ml"] },
  { name: "Snapchat", kind: "social", hosts: ["snapchat.com", "com.snapchat.android"], also: ["snap"] },
  { name: "WhatsApp", kind: "social", hosts: ["whatsapp.com", "wa.me", "wl.co", "com.whatsapp"], also: ["wa"] },
  {
    name: "Telegram",
    kind: "social",
    hosts: ["telegram.org", "telegram.me", "t.me", "org.telegram.messenger", "org.telegram.messenger.web"],
  },
  { name: "Discord", kind: "social", hosts: ["discord.com", "discordapp.com", "com.discord"] },
  { name: "VK", kind: "social", hosts: ["vk.com", "vk.ru", "vkontakte.ru"] },
  { name: "Odnoklassniki", kind: "social", hosts: ["ok.ru"] },
  { name: "Weibo", kind: "social", hosts: ["weibo.com", "weibo.cn", "t.cn"] },
  { name: "WeChat", kind: "social", hosts: ["weixin.qq.com", "wechat.com", "com.tencent.mm"], also: ["weixin"] },
  { name: "Xiaohongshu", kind: "social", hosts: ["xiaohongshu.com", "xhslink.com"], also: ["rednote"] },
  { name: "Zhihu", kind: "social", hosts: ["zhihu.com"] },
  { name: "LINE", kind: "social", hosts: ["line.me", "jp.naver.line.android"] },
  { name: "KakaoTalk", kind: "social", hosts: ["kakao.com", "com.kakao.talk"], also: ["kakao"] },
  { name: "Quora", kind: "social", hosts: ["quora.com"] },
  { name: "Medium", kind: "social", hosts: ["medium.com"] },
  { name: "XING", kind: "social", hosts: ["xing.com"] },
  { name: "Nextdoor", kind: "social", hosts: ["nextdoor.com"] },
  { name: "Flipboard", kind: "social", hosts: ["flipboard.com", "flipboard.app"] },
  { name: "Product Hunt", kind: "social", hosts: ["producthunt.com"], also: ["producthunt", "ph"] },
  { name: "Linktree", kind: "social", hosts: ["linktr.ee"] },
  { name: "Douyin", kind: "social", hosts: ["douyin.com"] },
  { name: "Dzen", kind: "social", hosts: ["dzen.ru"] },
  { name: "Naver Blog", kind: "social", hosts: ["blog.naver.com", "cafe.naver.com"] },
  { name: "Truth Social", kind: "social", hosts: ["truthsocial.com"] },
  { name: "Viber", kind: "social", hosts: ["viber.com", "com.viber.voip"] },

  // Video.
  {
    name: "YouTube",
    kind: "video",
    hosts: ["youtube.com", "youtube-nocookie.com", "youtu.be", "com.google.android.youtube"],
    also: ["yt"],
  },
  { name: "TikTok", kind: "social", hosts: ["tiktok.com", "com.zhiliaoapp.musically", "com.ss.android.ugc.trill"] },
  { name: "Vimeo", kind: "video", hosts: ["vimeo.com"] },
  { name: "Twitch", kind: "video", hosts: ["twitch.tv", "tv.twitch.android.app"] },
  { name: "Dailymotion", kind: "video", hosts: ["dailymotion.com", "dai.ly"] },
  { name: "Bilibili", kind: "video", hosts: ["bilibili.com", "b23.tv"] },
  { name: "Rumble", kind: "video", hosts: ["rumble.com"] },
  { name: "Netflix", kind: "video", hosts: ["netflix.com"] },
  { name: "Disney+", kind: "video", hosts: ["disneyplus.com"] },
  { name: "Niconico", kind: "video", hosts: ["nicovideo.jp"] },

  // Shopping.
  {
    name: "Google Shopping",
    kind: "shopping",
    hosts: ["shopping.google.com"],
    also: ["google_shopping", "googleshopping"],
  },
  { name: "Amazon", kind: "shopping", hosts: ["amazon.com", "amzn.to", "com.amazon.mshop.android.shopping"] },
  { name: "eBay", kind: "shopping", hosts: ["ebay.com"] },
  { name: "Etsy", kind: "shopping", hosts: ["etsy.com", "com.etsy.android"] },
  { name: "AliExpress", kind: "shopping", hosts: ["aliexpress.com", "aliexpress.us"] },
  { name: "Alibaba", kind: "shopping", hosts: ["alibaba.com"] },
  { name: "Temu", kind: "shopping", hosts: ["temu.com"] },
  { name: "Walmart", kind: "shopping", hosts: ["walmart.com"] },
  // Not "Shop": many shops tag their own links with that word.
  { name: "Shop app", kind: "shopping", hosts: ["shop.app"] },
  { name: "Rakuten", kind: "shopping", hosts: ["rakuten.co.jp"] },
  { name: "Allegro", kind: "shopping", hosts: ["allegro.pl"] },
  { name: "Mercado Libre", kind: "shopping", hosts: ["mercadolibre.com", "mercadolivre.com.br"] },
  { name: "idealo", kind: "shopping", hosts: ["idealo.de", "idealo.co.uk", "idealo.fr"] },
  { name: "Geizhals", kind: "shopping", hosts: ["geizhals.de", "geizhals.at"] },
  { name: "PriceRunner", kind: "shopping", hosts: ["pricerunner.com", "pricerunner.dk", "pricerunner.se"] },

  // Mail read in a browser or an app.
  { name: "Gmail", kind: "mail", hosts: ["mail.google.com", "com.google.android.gm"] },
  {
    name: "Outlook",
    kind: "mail",
    hosts: [
      "outlook.com",
      "outlook.live.com",
      "outlook.office.com",
      "outlook.office365.com",
      "outlook.cloud.microsoft",
      "safelinks.protection.outlook.com",
      "hotmail.com",
      "com.microsoft.office.outlook",
    ],
  },
  { name: "Yahoo Mail", kind: "mail", hosts: ["mail.yahoo.com", "com.yahoo.mobile.client.android.mail"] },
  { name: "Proton Mail", kind: "mail", hosts: ["mail.proton.me", "mail.protonmail.com", "ch.protonmail.android"] },
  { name: "iCloud Mail", kind: "mail", hosts: ["icloud.com"] },
  { name: "Fastmail", kind: "mail", hosts: ["fastmail.com", "app.fastmail.com"] },
  { name: "GMX", kind: "mail", hosts: ["gmx.net", "gmx.de", "gmx.com", "deref-gmx.net"] },
  { name: "WEB.DE", kind: "mail", hosts: ["web.de", "deref-web.de"] },
  { name: "Yandex Mail", kind: "mail", hosts: ["mail.yandex.ru", "mail.yandex.com"] },
  { name: "Mail.ru Mail", kind: "mail", hosts: ["e.mail.ru", "touch.mail.ru"] },
  { name: "AOL Mail", kind: "mail", hosts: ["mail.aol.com"] },
  { name: "Zoho Mail", kind: "mail", hosts: ["mail.zoho.com", "mail.zoho.eu"] },
  { name: "HEY", kind: "mail", hosts: ["app.hey.com"] },
  { name: "Naver Mail", kind: "mail", hosts: ["mail.naver.com"] },
  { name: "QQ Mail", kind: "mail", hosts: ["mail.qq.com"] },
  { name: "NetEase Mail", kind: "mail", hosts: ["mail.163.com", "mail.126.com"] },
  { name: "HubSpot", kind: "mail", hosts: ["hubspotlinks.com"] },
  { name: "Klaviyo", kind: "mail", hosts: ["klclick.com"] },
  { name: "Mailchimp", kind: "mail", hosts: ["list-manage.com", "campaign-archive.com", "mailchimp.com"] },
  { name: "Marketo", kind: "mail", hosts: ["mktoweb.com"] },
  { name: "Substack", kind: "mail", hosts: ["substack.com"] },

  // Networks that pay partners for visits, and networks that show banners.
  { name: "Awin", kind: "affiliate", hosts: ["awin1.com", "awin.com", "zenaps.com"] },
  {
    name: "CJ",
    kind: "affiliate",
    hosts: ["cj.com", "anrdoezrs.net", "dpbolvw.net", "jdoqocy.com", "kqzyfj.com", "tkqlhce.com"],
    also: ["commission junction"],
  },
  { name: "Impact", kind: "affiliate", hosts: ["impact.com"] },
  { name: "Rakuten Advertising", kind: "affiliate", hosts: ["linksynergy.com", "rakutenadvertising.com"] },
  { name: "ShareASale", kind: "affiliate", hosts: ["shareasale.com"] },
  { name: "Criteo", kind: "display", hosts: ["criteo.com", "criteo.net"] },
  {
    name: "DoubleClick",
    kind: "display",
    hosts: ["doubleclick.net", "googleadservices.com", "googlesyndication.com"],
  },
  { name: "Outbrain", kind: "display", hosts: ["outbrain.com"] },
  { name: "Taboola", kind: "display", hosts: ["taboola.com"] },

  // Others worth a readable name, and hosts below a search engine that are not search.
  { name: "Google Docs", kind: "site", hosts: ["docs.google.com", "drive.google.com"] },
  { name: "Google Sites", kind: "site", hosts: ["sites.google.com"] },
  { name: "Google Classroom", kind: "site", hosts: ["classroom.google.com"] },
  { name: "Google Calendar", kind: "site", hosts: ["calendar.google.com"] },
  { name: "Google Ads console", kind: "site", hosts: ["ads.google.com"] },
  { name: "Google Chat", kind: "site", hosts: ["chat.google.com"] },
  { name: "Google Cloud", kind: "site", hosts: ["cloud.google.com"] },
  { name: "Google Maps", kind: "site", hosts: ["maps.google.com", "com.google.android.apps.maps"] },
  { name: "Google Meet", kind: "site", hosts: ["meet.google.com"] },
  { name: "Google Play", kind: "site", hosts: ["play.google.com", "com.android.vending"] },
  { name: "Google Search Console", kind: "site", hosts: ["search.google.com"] },
  { name: "Google Tag Assistant", kind: "site", hosts: ["tagassistant.google.com"] },
  { name: "Google Groups", kind: "site", hosts: ["groups.google.com"] },
  { name: "Google Translate", kind: "site", hosts: ["translate.google.com", "translate.goog"] },
  { name: "Google Accounts", kind: "site", hosts: ["accounts.google.com"] },
  { name: "AWS", kind: "site", hosts: ["aws.amazon.com"] },
  { name: "Hugging Face", kind: "site", hosts: ["huggingface.co"] },
  { name: "GitHub", kind: "site", hosts: ["github.com", "github.io"] },
  { name: "GitLab", kind: "site", hosts: ["gitlab.com"] },
  { name: "Stack Overflow", kind: "site", hosts: ["stackoverflow.com", "stackexchange.com"] },
  { name: "Wikipedia", kind: "site", hosts: ["wikipedia.org"] },
  { name: "DEV", kind: "site", hosts: ["dev.to"] },
  { name: "Slack", kind: "site", hosts: ["slack.com", "com.slack"] },
  {
    name: "Microsoft Teams",
    kind: "site",
    hosts: ["teams.microsoft.com", "teams.live.com", "statics.teams.cdn.office.net"],
  },
  { name: "Notion", kind: "site", hosts: ["notion.so", "notion.site", "notion.com"] },
  { name: "Feedly", kind: "site", hosts: ["feedly.com"] },
  { name: "Pocket", kind: "site", hosts: ["getpocket.com"] },
  { name: "Trello", kind: "site", hosts: ["trello.com"] },
  { name: "Figma", kind: "site", hosts: ["figma.com"] },
  { name: "Yandex Maps", kind: "site", hosts: ["maps.yandex.ru"] },
];

/**
 * Sources with a domain in many countries (`google.co.jp`, `amazon.de`), by the label before the country's. Each is
 * what it is below `com`.
 */
export const COUNTRY_BRANDS: ReadonlySet<string> = new Set([
  "amazon",
  "ebay",
  "etsy",
  "google",
  "pinterest",
  "yahoo",
  "yandex",
]);

/** What a click id says: whose it is and whether the click was paid for. The first in this order counts. */
export interface ClickId {
  source: string;
  /** `organic` is added to unpaid clicks as well and says only where they came from. */
  means: "paid search" | "paid social" | "display" | "affiliate" | "email" | "organic";
}

export const CLICK_IDS: ReadonlyMap<string, ClickId> = new Map<string, ClickId>([
  ["gclid", { source: "Google", means: "paid search" }],
  ["gbraid", { source: "Google", means: "paid search" }],
  ["wbraid", { source: "Google", means: "paid search" }],
  ["gad_source", { source: "Google", means: "paid search" }],
  ["gad_campaignid", { source: "Google", means: "paid search" }],
  ["msclkid", { source: "Bing", means: "paid search" }],
  ["yclid", { source: "Yandex", means: "paid search" }],
  ["dclid", { source: "Google", means: "display" }],
  ["tblci", { source: "Taboola", means: "display" }],
  ["dicbo", { source: "Outbrain", means: "display" }],
  ["ttclid", { source: "TikTok", means: "paid social" }],
  ["twclid", { source: "X", means: "paid social" }],
  ["li_fat_id", { source: "LinkedIn", means: "paid social" }],
  ["epik", { source: "Pinterest", means: "paid social" }],
  ["rdt_cid", { source: "Reddit", means: "paid social" }],
  ["qclid", { source: "Quora", means: "paid social" }],
  ["sccid", { source: "Snapchat", means: "paid social" }],
  ["irclickid", { source: "Impact", means: "affiliate" }],
  ["awc", { source: "Awin", means: "affiliate" }],
  ["cjevent", { source: "CJ", means: "affiliate" }],
  ["ransiteid", { source: "Rakuten Advertising", means: "affiliate" }],
  ["sscid", { source: "ShareASale", means: "affiliate" }],
  // Added to the links of one mail.
  ["mc_cid", { source: "Mailchimp", means: "email" }],
  ["_hsmi", { source: "HubSpot", means: "email" }],
  ["mkt_tok", { source: "Marketo", means: "email" }],
  // Facebook and Instagram put these on every link out of them, paid or not.
  ["fbclid", { source: "Facebook", means: "organic" }],
  ["mibextid", { source: "Facebook", means: "organic" }],
  ["igshid", { source: "Instagram", means: "organic" }],
  ["igsh", { source: "Instagram", means: "organic" }],
  // Search engines put these on what they list unpaid.
  ["srsltid", { source: "Google", means: "organic" }],
  ["ysclid", { source: "Yandex", means: "organic" }],
]);

/** `utm_medium` by what it says, after the definitions of Google Analytics, in lower case. */
export const MEDIUMS = {
  paid: /^(?:.*cp.*|ppc|retargeting|remarketing|paid.*|sem|.*[ _-]ads?|ads?)$/,
  display: /^(?:display|banner|expandable|interstitial|cpm|programmatic|native)$/,
  email: /^(?:e[-_ ]?mail|newsletter)$/,
  affiliate: /^affiliates?$/,
  sms: /^(?:sms|text[-_ ]?message)$/,
  push: /push$|notification|^mobile$/,
  social: /^(?:social|social[-_ ]?(?:network|media)|sm)$/,
  video: /video/,
  organic: /^organic$/,
  referral: /^(?:referral|app|link)$/,
  ai: /^(?:ai|llm|chatbot|ai[-_ ]?assistant)$/,
} as const;

/** Sources that are no place but a way of sending. */
export const SENDING_SOURCES = {
  email: MEDIUMS.email,
  sms: MEDIUMS.sms,
  push: /^(?:push|firebase|onesignal)$/,
} as const;

/** A campaign for products: the pattern of Google Analytics. */
export const SHOPPING_CAMPAIGN = /(?:^|[^a-df-z])shop|shopping/;
