import { describe, expect, test } from "vitest";
import { botOf } from "./bots";
import { PEOPLE } from "./user-agents.fixture";

const PROGRAMS: readonly [kind: string, name: string, userAgent: string][] = [
  ["tool", "Unknown", ""],
  ["tool", "Unknown", "   "],
  ["tool", "Unknown", "-"],
  // AI
  [
    "ai",
    "GPTBot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot",
  ],
  [
    "ai",
    "ChatGPT-User",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot",
  ],
  [
    "ai",
    "OAI-SearchBot",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36; compatible; OAI-SearchBot/1.3; +https://openai.com/searchbot",
  ],
  [
    "ai",
    "ClaudeBot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
  ],
  [
    "ai",
    "Claude-User",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0; +Claude-User@anthropic.com)",
  ],
  [
    "ai",
    "PerplexityBot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)",
  ],
  [
    "ai",
    "Perplexity-User",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)",
  ],
  [
    "ai",
    "Bytespider",
    "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
  ],
  [
    "ai",
    "Amazonbot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Amazonbot/0.1; +https://developer.amazon.com/support/amazonbot) Chrome/119.0.6045.214 Safari/537.36",
  ],
  ["ai", "CCBot", "CCBot/2.0 (https://commoncrawl.org/faq/)"],
  [
    "ai",
    "Meta-ExternalAgent",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
  ],
  [
    "ai",
    "MistralAI-User",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; MistralAI-User/1.0; +https://docs.mistral.ai/robots)",
  ],
  ["ai", "DuckAssistBot", "DuckAssistBot/1.2; (+http://duckduckgo.com/duckassistbot.html)"],
  // Search
  ["search", "Googlebot", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"],
  [
    "search",
    "Googlebot",
    "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.6723.69 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  ],
  [
    "search",
    "Bingbot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
  ],
  ["search", "YandexBot", "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"],
  ["search", "YandexBot", "Mozilla/5.0 (compatible; YandexImages/3.0; +http://yandex.com/bots)"],
  ["search", "Baiduspider", "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"],
  [
    "search",
    "Applebot",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
  ],
  ["search", "DuckDuckBot", "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)"],
  [
    "search",
    "PetalBot",
    "Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
  ],
  ["search", "Yahoo! Slurp", "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)"],
  // Previews
  ["preview", "Facebook", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"],
  ["preview", "X", "Twitterbot/1.0"],
  ["preview", "Slack", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"],
  ["preview", "Discord", "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)"],
  ["preview", "Telegram", "TelegramBot (like TwitterBot)"],
  ["preview", "WhatsApp", "WhatsApp/2.23.20.0 A"],
  ["preview", "LinkedIn", "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)"],
  ["preview", "Teams", "Mozilla/5.0 (Windows NT 6.1; WOW64) MicrosoftPreview/2.0 +https://aka.ms/MicrosoftPreview"],
  // Feeds
  ["feed", "Feedly", "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers; like FeedFetcher-Google)"],
  ["feed", "Tiny Tiny RSS", "Tiny Tiny RSS/1.11 (http://tt-rss.org/)"],
  ["feed", "Universal Feed Parser", "UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/"],
  ["feed", "NetNewsWire", "NetNewsWire (RSS Reader; https://netnewswire.com/)"],
  // Monitors
  ["monitor", "UptimeRobot", "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)"],
  ["monitor", "Pingdom", "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)"],
  ["monitor", "Kubernetes", "kube-probe/1.29"],
  ["monitor", "Amazon Route 53", "ELB-HealthChecker/2.0"],
  [
    "monitor",
    "Lighthouse",
    "Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse",
  ],
  ["monitor", "Uptime Kuma", "Uptime-Kuma/1.23.13"],
  // Driven browsers
  [
    "headless",
    "HeadlessChrome",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
  ],
  [
    "headless",
    "PhantomJS",
    "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
  ],
  ["headless", "jsdom", "Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/24.0.0"],
  // Tools
  ["tool", "curl", "curl/8.5.0"],
  ["tool", "Wget", "Wget/1.21.4"],
  ["tool", "Python", "python-requests/2.32.3"],
  ["tool", "Python", "Python/3.12 aiohttp/3.9.5"],
  ["tool", "Python", "Scrapy/2.11.2 (+https://scrapy.org)"],
  ["tool", "Go", "Go-http-client/2.0"],
  ["tool", "Node.js", "node"],
  ["tool", "Node.js", "axios/1.7.2"],
  ["tool", "Node.js", "undici"],
  ["tool", "Node.js", "Deno/2.0.0"],
  ["tool", "Java", "okhttp/4.12.0"],
  ["tool", "Java", "Java/17.0.9"],
  ["tool", "PHP", "GuzzleHttp/7"],
  ["tool", "Perl", "libwww-perl/6.72"],
  ["tool", "Rust", "reqwest/0.12.4"],
  ["tool", "Postman", "PostmanRuntime/7.39.0"],
  ["tool", "Android app", "Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A.230901.001)"],
  ["tool", "Apple app", "MyApp/12 CFNetwork/1494.0.7 Darwin/23.4.0"],
  ["tool", "Ruby", "Chef Client/10.18.2 (ruby-1.9.3-p327; ohai-6.16.0; x86_64-linux; +http://opscode.com)"],
  // Others, known and not
  ["other", "AhrefsBot", "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"],
  ["other", "SemrushBot", "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)"],
  [
    "other",
    "Internet Archive",
    "Mozilla/5.0 (compatible; archive.org_bot +http://www.archive.org/details/archive.org_bot)",
  ],
  ["other", "NewThingBot", "Mozilla/5.0 (compatible; NewThingBot/0.3; +https://newthing.example/bot)"],
  ["other", "SomeProduct", "SomeProduct/2.1"],
  ["other", "Unknown", "Mozilla/5.0"],
  ["other", "Ezooms", "Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)"],
];

describe("botOf", () => {
  test.each(PROGRAMS)("%s %s: %s", (kind, name, userAgent) => {
    expect(botOf(userAgent)).toEqual({ kind, name });
  });

  test.each(PEOPLE)("a person: $0", (userAgent) => {
    expect(botOf(userAgent)).toBeNull();
  });

  test("a user agent of many kilobytes costs no more than its beginning", () => {
    const person = PEOPLE[0]?.[0] ?? "";
    expect(botOf(`${person} ${"x ".repeat(20_000)}Googlebot/2.1`)).toBeNull();
  });
});
