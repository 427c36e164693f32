import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHANNELS, type Channel, sourceOf } from "./channel";
import { CLICK_IDS, COUNTRY_SOURCES, SOURCES } from "./channel-tables";
import { sourceByWord } from "./known-sources";

const OWN = ["example.com", "*.shop.example"];
const visit = (referrer: string, query = "") =>
  sourceOf({ referrer, page_url: `https://example.com/a${query}`, own_hosts: OWN });

/** Channel, source, referrer, query of the landing page. */
const ROWS: readonly [channel: Channel, source: string, referrer: string, query?: string][] = [
  // Nothing to go by
  ["Direct", "Direct", ""],
  ["Direct", "Direct", "   "],
  ["Direct", "Direct", "https://example.com/other"],
  ["Direct", "Direct", "https://www.example.com/"],
  ["Direct", "Direct", "http://EXAMPLE.com:8080/"],
  ["Direct", "Direct", "https://eu.shop.example/cart"],
  ["Direct", "Direct", "about:blank"],
  ["Direct", "Direct", "file:///home/a.html"],
  ["Direct", "Direct", "http://["],
  ["Direct", "Direct", "nonsense"],
  ["Direct", "Direct", "", "?page=2&q=shoes"],
  ["Direct", "Direct", "", "?utm_source=&ref="],
  // Search
  ["Organic search", "Google", "https://www.google.com/"],
  ["Organic search", "Google", "https://google.com"],
  ["Organic search", "Google", "https://www.google.co.uk/"],
  ["Organic search", "Google", "https://www.google.de/search"],
  ["Organic search", "Google", "https://www.google.com.br/"],
  ["Organic search", "Google", "android-app://com.google.android.googlequicksearchbox/"],
  ["Organic search", "Google", "https://example-com.cdn.ampproject.org/"],
  ["Organic search", "Google News", "https://news.google.com/"],
  ["Organic search", "Bing", "https://www.bing.com/"],
  ["Organic search", "Bing", "https://cn.bing.com/search?q=a"],
  ["Organic search", "DuckDuckGo", "https://duckduckgo.com/"],
  ["Organic search", "Yahoo!", "https://search.yahoo.com/"],
  ["Organic search", "Yahoo!", "https://de.search.yahoo.com/"],
  ["Organic search", "Yahoo!", "https://search.yahoo.co.jp/search"],
  ["Organic search", "Yandex", "https://yandex.ru/"],
  ["Organic search", "Yandex", "https://yandex.com.tr/"],
  ["Organic search", "Yandex", "https://ya.ru/"],
  ["Organic search", "Baidu", "https://www.baidu.com/link"],
  ["Organic search", "Ecosia", "https://www.ecosia.org/"],
  ["Organic search", "Brave", "https://search.brave.com/"],
  ["Organic search", "Kagi", "https://kagi.com/"],
  ["Organic search", "Naver", "https://m.search.naver.com/"],
  ["Organic search", "Google", "", "?utm_source=google&utm_medium=organic"],
  ["Organic search", "Google", "https://www.google.com/", "?utm_campaign=gmb"],
  ["Organic search", "Google", "", "?utm_source=google&utm_medium=organic&gclid=abc"],
  // Paid search
  ["Paid search", "Google", "https://www.google.com/", "?gclid=abc"],
  ["Paid search", "Google", "", "?gclid=abc"],
  ["Paid search", "Google", "https://blog.example.net/", "?gbraid=abc"],
  ["Paid search", "Google", "", "?wbraid=abc"],
  ["Paid search", "Google", "", "?GCLID=abc"],
  ["Paid search", "Google", "", "?utm_source=google&utm_medium=cpc&utm_campaign=brand"],
  ["Paid search", "Google", "", "?utm_source=GOOGLE&utm_medium=PPC"],
  ["Paid search", "Google", "", "?utm_source=adwords&utm_medium=paid"],
  ["Paid search", "Bing", "https://www.bing.com/", "?msclkid=1"],
  ["Paid search", "Yandex", "https://yandex.ru/", "?yclid=1"],
  ["Paid search", "autumn", "", "?utm_source=autumn&gclid=abc"],
  // Social
  ["Organic social", "Facebook", "https://www.facebook.com/"],
  ["Organic social", "Facebook", "https://l.facebook.com/l.php?u=x"],
  ["Organic social", "Facebook", "https://lm.facebook.com/"],
  ["Organic social", "Facebook", "", "?fbclid=IwAR"],
  ["Organic social", "Instagram", "https://l.instagram.com/", "?fbclid=IwAR"],
  ["Organic social", "Instagram", "", "?igsh=abc"],
  ["Organic social", "X", "https://t.co/abc"],
  ["Organic social", "X", "https://twitter.com/"],
  ["Organic social", "X", "https://x.com/"],
  ["Organic social", "X", "android-app://com.twitter.android/"],
  ["Organic social", "LinkedIn", "https://www.linkedin.com/"],
  ["Organic social", "LinkedIn", "https://lnkd.in/abc"],
  ["Organic social", "LinkedIn", "android-app://com.linkedin.android"],
  ["Organic social", "Reddit", "https://out.reddit.com/"],
  ["Organic social", "Reddit", "https://old.reddit.com/r/a"],
  ["Organic social", "Hacker News", "https://news.ycombinator.com/item?id=1"],
  ["Organic social", "Pinterest", "https://www.pinterest.co.uk/"],
  ["Organic social", "Bluesky", "https://go.bsky.app/"],
  ["Organic social", "Threads", "https://l.threads.net/"],
  ["Organic social", "TikTok", "https://www.tiktok.com/"],
  ["Organic social", "Telegram", "https://web.telegram.org/"],
  ["Organic social", "VK", "https://away.vk.com/"],
  ["Organic social", "Product Hunt", "", "?ref=producthunt"],
  ["Organic social", "Facebook", "", "?utm_source=fb&utm_medium=post"],
  ["Organic social", "team blog", "", "?utm_source=team+blog&utm_medium=social"],
  // Paid social
  ["Paid social", "Facebook", "https://l.facebook.com/", "?utm_source=facebook&utm_medium=paid_social&fbclid=1"],
  ["Paid social", "Instagram", "", "?utm_source=ig&utm_medium=cpc"],
  ["Paid social", "TikTok", "https://www.tiktok.com/", "?ttclid=1"],
  ["Paid social", "X", "https://t.co/", "?twclid=1"],
  ["Paid social", "LinkedIn", "", "?li_fat_id=1"],
  ["Paid social", "Pinterest", "", "?epik=1"],
  ["Paid social", "Reddit", "", "?rdt_cid=1"],
  ["Paid social", "Snapchat", "", "?ScCid=1"],
  // Assistants
  ["AI assistants", "ChatGPT", "https://chatgpt.com/"],
  ["AI assistants", "ChatGPT", "https://chat.openai.com/"],
  ["AI assistants", "ChatGPT", "", "?utm_source=chatgpt.com"],
  ["AI assistants", "Claude", "https://claude.ai/"],
  ["AI assistants", "Perplexity", "https://www.perplexity.ai/"],
  ["AI assistants", "Perplexity", "", "?utm_source=perplexity"],
  ["AI assistants", "Gemini", "https://gemini.google.com/"],
  ["AI assistants", "Copilot", "https://copilot.microsoft.com/"],
  ["AI assistants", "DeepSeek", "https://chat.deepseek.com/"],
  ["AI assistants", "Grok", "https://grok.com/"],
  ["AI assistants", "Mistral", "https://chat.mistral.ai/"],
  ["AI assistants", "You.com", "https://you.com/"],
  ["AI assistants", "Meta AI", "https://www.meta.ai/"],
  ["AI assistants", "Poe", "https://poe.com/"],
  // Mail
  ["Email", "Gmail", "https://mail.google.com/"],
  ["Email", "Gmail", "android-app://com.google.android.gm/"],
  ["Email", "Outlook", "https://outlook.live.com/"],
  ["Email", "Outlook", "https://outlook.office.com/"],
  ["Email", "Outlook", "https://eur01.safelinks.protection.outlook.com/"],
  ["Email", "Proton Mail", "https://mail.proton.me/"],
  ["Email", "Yahoo Mail", "https://mail.yahoo.com/"],
  ["Email", "webmail.host.example", "https://webmail.host.example/"],
  ["Email", "newsletter", "", "?utm_source=newsletter"],
  ["Email", "october", "", "?utm_source=october&utm_medium=email"],
  ["Email", "Google", "", "?utm_source=google&utm_medium=e-mail"],
  ["Email", "email", "", "?utm_medium=email"],
  // Ways of sending
  ["SMS", "twilio", "", "?utm_source=twilio&utm_medium=sms"],
  ["SMS", "sms", "", "?utm_source=sms"],
  ["Push", "onesignal", "", "?utm_source=onesignal"],
  ["Push", "app", "", "?utm_source=app&utm_medium=web_push"],
  ["Affiliates", "partner", "", "?utm_source=partner&utm_medium=affiliate"],
  ["Affiliates", "Impact", "https://deals.example.net/", "?irclickid=1"],
  // Display, video, shopping
  ["Display", "banners", "", "?utm_source=banners&utm_medium=display"],
  ["Display", "Google", "", "?dclid=1"],
  ["Video", "YouTube", "https://www.youtube.com/"],
  ["Video", "YouTube", "https://youtu.be/abc"],
  ["Video", "YouTube", "", "?utm_source=youtube&utm_medium=cpc"],
  ["Video", "Vimeo", "https://vimeo.com/1"],
  ["Organic shopping", "Amazon", "https://www.amazon.de/"],
  ["Organic shopping", "Etsy", "https://www.etsy.com/"],
  ["Organic shopping", "eBay", "https://www.ebay.co.uk/"],
  ["Paid shopping", "Google Shopping", "", "?utm_source=google_shopping&utm_medium=cpc"],
  ["Paid shopping", "Google", "", "?utm_source=google&utm_medium=cpc&utm_campaign=Shopping+DE"],
  // Referrals
  ["Referral", "blog.example.net", "https://blog.example.net/post?a=b"],
  ["Referral", "example.net", "https://www.example.net/"],
  ["Referral", "example.net", "www.example.net/post"],
  ["Referral", "notexample.com", "https://notexample.com/"],
  ["Referral", "google.evil.example", "https://google.evil.example/"],
  ["Referral", "notgoogle.com", "https://notgoogle.com/"],
  ["Referral", "GitHub", "https://github.com/a/b"],
  ["Referral", "Google Docs", "https://docs.google.com/"],
  ["Referral", "AWS", "https://aws.amazon.com/"],
  ["Referral", "Slack", "android-app://com.slack/"],
  ["Referral", "com.unknown.app", "android-app://com.unknown.app/"],
  ["Referral", "friend", "", "?ref=friend"],
  ["Referral", "friend.example", "", "?source=https%3A%2F%2Fwww.friend.example%2Fa"],
  ["Referral", "partner", "", "?utm_source=partner&utm_medium=referral"],
  // Tagged, and nothing more is known
  ["Campaign", "poster", "", "?utm_source=poster"],
  ["Campaign", "poster", "", "?utm_source=poster&utm_medium=qr"],
  ["Campaign", "spring", "", "?utm_campaign=spring"],
  ["Campaign", "partner", "", "?utm_source=partner&utm_medium=cpc"],
  // What counts before what
  ["Campaign", "poster", "https://www.google.com/", "?utm_source=poster&ref=friend"],
  ["Referral", "friend", "https://www.google.com/", "?ref=friend&source=other"],
  ["Campaign", "poster", "https://example.com/", "?utm_source=poster"],
  ["Campaign", "first", "", "?utm_source=first&utm_source=second"],
];

describe("sourceOf", () => {
  test.each(ROWS)("%s, %s: %s %s", (channel, source, referrer, query) => {
    expect(visit(referrer, query)).toMatchObject({ channel, source });
  });

  test("the other fields", () => {
    expect(
      visit("https://www.google.com/", "?utm_source=N&utm_medium=CPC&utm_campaign=A%20b&utm_term=t&utm_content=c"),
    ).toEqual({
      source: "N",
      channel: "Campaign",
      referrer_host: "google.com",
      campaign: "A b",
      medium: "cpc",
      term: "t",
      content: "c",
    });
    expect(visit("https://www.example.com/").referrer_host).toBe("");
    expect(visit("android-app://com.slack/").referrer_host).toBe("com.slack");
  });

  test("hash routes carry their parameters in the fragment", () => {
    expect(visit("", "#/shop?utm_source=poster").source).toBe("poster");
    expect(visit("", "?utm_source=query#/shop?utm_source=poster").source).toBe("query");
  });

  test("a page that tells its path alone", () => {
    const own = { own_hosts: OWN, page_url: "/a?utm_source=poster" };
    expect(sourceOf({ ...own, referrer: "" })).toMatchObject({ source: "poster", channel: "Campaign" });
  });

  test("the page's own host is own, listed or not", () => {
    const input = { referrer: "https://www.site.example/", page_url: "https://site.example/b", own_hosts: [] };
    expect(sourceOf(input).channel).toBe("Direct");
  });

  test("values are cleaned and cut, and keep the long numbers of advertising networks", () => {
    const long = "x".repeat(300);
    expect(visit("", `?utm_source=a%E2%80%AEb%00&utm_campaign=${long}`)).toMatchObject({
      source: "ab",
      campaign: "x".repeat(100),
    });
    expect(visit("", "?utm_source=s&utm_campaign=120210000000000123").campaign).toBe("120210000000000123");
    expect(visit("", "?utm_source=ann%40example.net").source).toBe("[redacted]");
    expect(visit("", "?utm_source=100%&utm_term=%zz")).toMatchObject({ source: "100%", term: "%zz" });
  });

  test("never throws, always a channel of the list", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (referrer, page_url) => {
        const found = sourceOf({ referrer, page_url, own_hosts: [referrer] });
        expect(CHANNELS).toContain(found.channel);
        expect(found.source).not.toBe("");
      }),
    );
  });
});

describe("the tables", () => {
  test("no host or word stands for two sources", () => {
    const hosts = SOURCES.flatMap((source) => source.hosts);
    const words = SOURCES.flatMap((source) => [source.name.toLowerCase(), ...(source.also ?? [])]);
    expect(hosts.filter((host, at) => hosts.indexOf(host) !== at)).toEqual([]);
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
  });

  test("hosts and words are in lower case without www", () => {
    const entries = SOURCES.flatMap((source) => [...source.hosts, ...(source.also ?? [])]);
    expect(entries.filter((entry) => entry !== entry.toLowerCase() || entry.startsWith("www."))).toEqual([]);
  });

  test("sources of countries and of click ids are known by their names", () => {
    for (const name of COUNTRY_SOURCES.values()) expect(sourceByWord(name)?.name).toBe(name);
    const unknown = [...CLICK_IDS.values()].filter(
      ({ source, means }) => means !== "affiliate" && !sourceByWord(source),
    );
    expect(unknown).toEqual([]);
  });
});
