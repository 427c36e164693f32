import { readFacts } from "./facts.fixture";

const COMPATIBLE = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko";

/** User agents of programs: kind | name | user agent. */
export const PROGRAMS = readFacts(
  `
## Models: training, answers, and fetches on behalf of someone who asked one
ai | AI2Bot | Mozilla/5.0 (compatible) AI2Bot (+https://www.allenai.org/crawler)
ai | Amazonbot | Mozilla/5.0 (compatible; Amzn-User/0.1; +https://developer.amazon.com/support/amazonbot)
ai | Amazonbot | ${COMPATIBLE}; compatible; Amazonbot/0.1; +https://developer.amazon.com/support/amazonbot) Chrome/119.0.6045.214 Safari/537.36
ai | Amazonbot | ${COMPATIBLE}; compatible; Amzn-SearchBot/0.1) Chrome/119.0.6045.214 Safari/537.36
ai | AzureAI-SearchBot | ${COMPATIBLE}; compatible; AzureAI-SearchBot/1.0; +https://learn.microsoft.com/azure) Chrome/136.0.0.0 Safari/537.36
ai | Bedrock | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko; compatible; bedrockbot; +https://docs.aws.amazon.com/bedrock) Chrome/126.0.0.0 Safari/537.36
ai | Bytespider | Mozilla/5.0 (compatible; Bytespider; https://zhanzhang.toutiao.com/)
ai | Bytespider | Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)
ai | CCBot | CCBot/2.0 (https://commoncrawl.org/faq/)
ai | ChatGLM-Spider | Mozilla/5.0 (compatible; ChatGLM-Spider/1.0; +https://chatglm.cn/)
ai | ChatGPT-User | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36; compatible; ChatGPT-User/2.0; +https://openai.com/bot
ai | ChatGPT-User | ${COMPATIBLE}); compatible; ChatGPT-User/1.0; +https://openai.com/bot
ai | Claude Code | claude-code/2.0.14
ai | Claude-SearchBot | ${COMPATIBLE}; compatible; Claude-SearchBot/1.0; +https://www.anthropic.com)
ai | Claude-User | ${COMPATIBLE}; compatible; Claude-User/1.0; +Claude-User@anthropic.com)
ai | Claude-Web | Mozilla/5.0 (compatible; anthropic-ai/1.0; +http://www.anthropic.com/bot.html)
ai | Claude-Web | Mozilla/5.0 (compatible; claude-web/1.0; +http://www.anthropic.com/bot.html)
ai | ClaudeBot | ${COMPATIBLE}; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)
ai | cohere-ai | cohere-training-data-crawler
ai | cohere-ai | Mozilla/5.0 (compatible; cohere-ai/1.0; +http://www.cohere.ai/bot.html)
ai | Crawl4AI | Mozilla/5.0 (compatible; Crawl4AI/0.7; +https://crawl4ai.com)
ai | Cursor | Cursor/1.7.28
ai | Cursor | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Cursor/2.4.7 Chrome/142.0.7444.235 Electron/39.2.7 Safari/537.36
ai | DeepSeekBot | ${COMPATIBLE}; compatible; DeepSeekBot/1.0; +http://www.deepseek.com/bot)
ai | Devin | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36; Devin/1.0; +devin.ai
ai | Diffbot | Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.1.2) Gecko/20090729 Firefox/3.5.2 (.NET CLR 3.5.30729; Diffbot/0.1; +http://www.diffbot.com)
ai | DuckAssistBot | DuckAssistBot/1.2; (+http://duckduckgo.com/duckassistbot.html)
ai | FacebookBot | Mozilla/5.0 (compatible; FacebookBot/1.0; +https://developers.facebook.com/docs/sharing/webmasters/facebookbot/)
ai | Firecrawl | Mozilla/5.0 (compatible; FirecrawlAgent/1.0; +https://docs.firecrawl.dev)
ai | Gemini | Mozilla/5.0 (compatible; Google-NotebookLM)
ai | Gemini | Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36 (compatible; Google-GeminiNotebook; +https://developers.google.com/crawling/docs/crawlers-fetchers/google-gemininotebook)
ai | Gemini | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; compatible; Google-Agent; +https://developers.google.com/crawling/docs/crawlers-fetchers/google-agent) Chrome/145.0.0.0 Safari/537.36
ai | Gemini | ${COMPATIBLE}; compatible; Gemini-Deep-Research; +https://gemini.google/overview/deep-research/) Chrome/135.0.0.0 Safari/537.36
ai | Gemini | ${COMPATIBLE}; compatible; GoogleAgent-Mariner; +https://developers.google.com/search/docs/crawling-indexing/google-agent) Chrome/135.0.0.0 Safari/537.36
ai | Google-CloudVertexBot | ${COMPATIBLE}; compatible; Google-CloudVertexBot; +https://cloud.google.com/enterprise-search) Chrome/124.0.6367.118 Safari/537.36
ai | Google-Extended | Mozilla/5.0 (compatible; Google-Extended/1.0; +http://www.google.com/bot.html)
ai | GPTBot | ${COMPATIBLE}); compatible; GPTBot/1.2; +https://openai.com/gptbot
ai | GPTBot | ${COMPATIBLE}); compatible; GPTBot/1.3; +https://openai.com/gptbot
ai | Grok | Mozilla/5.0 (compatible; GrokBot/1.0; +https://x.ai/)
ai | iAskBot | Mozilla/5.0 (compatible; iAskBot/1.0; +https://iask.ai)
ai | ICC-Crawler | ICC-Crawler/3.0 (Mozilla-compatible; ; https://ucri.nict.go.jp/en/icccrawler.html)
ai | ImagesiftBot | Mozilla/5.0 (compatible; ImagesiftBot; +imagesift.com)
ai | img2dataset | Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:72.0) Gecko/20100101 Firefox/72.0 (compatible; img2dataset; +https://github.com/rom1504/img2dataset)
ai | Kangaroo Bot | Mozilla/5.0 (compatible; Kangaroo Bot; +http://kangaroollm.com.au/bot.html)
ai | LinerBot | Mozilla/5.0 (compatible; LinerBot/1.0; +https://liner.com)
ai | Manus | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36; Manus-User/1.0
ai | Meta-ExternalAgent | meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)
ai | Meta-ExternalFetcher | meta-externalfetcher/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)
ai | Meta-WebIndexer | meta-webindexer/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)
ai | MistralAI-User | ${COMPATIBLE}; compatible; MistralAI-User/1.0; +https://docs.mistral.ai/robots)
ai | NovaAct | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36 Agent-NovaAct/1.0
ai | OAI-AdsBot | ${COMPATIBLE}); compatible; OAI-AdsBot/1.0; +https://openai.com/adsbot
ai | OAI-SearchBot | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36; compatible; OAI-SearchBot/1.3; +https://openai.com/searchbot
ai | OAI-SearchBot | ${COMPATIBLE}); compatible; OAI-SearchBot/1.0; +https://openai.com/searchbot
ai | Omgilibot | Mozilla/5.0 (compatible; omgilibot/0.4; +http://omgili.com/Crawler.html)
ai | Omgilibot | Webzio-Extended/1.0 (+https://webz.io/bot.html)
ai | OpenAI | OpenAI/Python 1.30.1
ai | PanguBot | Mozilla/5.0 (compatible; PanguBot;pangubot@huawei.com)
ai | Perplexity-User | ${COMPATIBLE}; compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)
ai | Perplexity-User | ${COMPATIBLE}; compatible; PerplexityUser/1.0; +https://perplexity.ai)
ai | PerplexityBot | ${COMPATIBLE}; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)
ai | PhindBot | Mozilla/5.0 (compatible; PhindBot/1.0; +https://phind.com)
ai | TavilyBot | Mozilla/5.0 (compatible; TavilyBot/1.0; +https://tavily.com)
ai | TikTokSpider | Mozilla/5.0 (compatible; TikTokSpider; ttspider-feedback@tiktok.com)
ai | Timpibot | Mozilla/5.0 (compatible; Timpibot/0.9; +http://www.timpi.io)
ai | YouBot | ${COMPATIBLE}; compatible; YouBot/1.0; +https://about.you.com/youbot/)

## Search
search | 360Spider | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/91.0.4472.77 Safari/537.36 360Spider
search | AdsBot-Google | AdsBot-Google (+http://www.google.com/adsbot.html)
search | AdsBot-Google | Mediapartners-Google
search | AdsBot-Google | Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.7204.183 Mobile Safari/537.36 (compatible; AdsBot-Google-Mobile; +http://www.google.com/mobile/adsbot.html)
search | Applebot | Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1 (Applebot/0.1; +http://www.apple.com/go/applebot)
search | Applebot | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)
search | Baiduspider | Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)
search | Baiduspider | Mozilla/5.0 (Linux;u;Android 4.2.2;zh-cn;) AppleWebKit/534.46 (KHTML,like Gecko) Version/5.1 Mobile Safari/10600.6.3 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)
search | Bingbot | Mozilla/5.0 (compatible; adidxbot/2.0; +http://www.bing.com/bingbot.htm)
search | Bingbot | Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)
search | Bingbot | Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.1938.76 Mobile Safari/537.36 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)
search | Bingbot | ${COMPATIBLE}; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36
search | Brave | Mozilla/5.0 (compatible; Bravebot/1.0; +https://search.brave.com/help/brave-search-crawler)
search | Coc Coc | Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)
search | Daum | Mozilla/5.0 (compatible; Daum/4.1; +http://cs.daum.net/faq/15/4118.html?faqId=28966)
search | DuckDuckBot | DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)
search | DuckDuckBot | Mozilla/5.0 (compatible; DuckDuckGo-Favicons-Bot/1.0; +http://duckduckgo.com)
search | Ecosia | Mozilla/5.0 (compatible; EcosiaBot/1.0; +https://www.ecosia.org)
search | Google-InspectionTool | Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)
search | Google-InspectionTool | Mozilla/5.0 (compatible; Google-Site-Verification/1.0)
search | Googlebot | APIs-Google (+https://developers.google.com/webmasters/APIs-Google.html)
search | Googlebot | Googlebot-Image/1.0
search | Googlebot | Googlebot-News
search | Googlebot | Googlebot-Video/1.0
search | Googlebot | Googlebot/2.1 (+http://www.google.com/bot.html)
search | Googlebot | Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
search | Googlebot | Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.6723.69 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
search | Googlebot | Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.7390.122 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
search | Googlebot | Mozilla/5.0 (X11; Linux x86_64; Storebot-Google/1.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.88 Safari/537.36
search | Googlebot | ${COMPATIBLE}; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/141.0.7390.122 Safari/537.36
search | GoogleOther | GoogleOther-Image/1.0
search | GoogleOther | ${COMPATIBLE}; compatible; GoogleOther) Chrome/138.0.7204.183 Safari/537.36
search | IbouBot | Mozilla/5.0 (compatible; IbouBot/1.0; +https://ibou.io/iboubot.html)
search | Kagi | Mozilla/5.0 (compatible; Kagibot/1.0; +https://kagi.com/bot)
search | Mail.RU_Bot | Mozilla/5.0 (compatible; Linux x86_64; Mail.RU_Bot/2.0; +https://help.mail.ru/webmaster/indexing/robots)
search | Marginalia | search.marginalia.nu
search | Mojeek | Mozilla/5.0 (compatible; MojeekBot/0.11; +https://www.mojeek.com/bot.html)
search | PetalBot | Mozilla/5.0 (compatible;PetalBot;+https://webmaster.petalsearch.com/site/petalbot)
search | PetalBot | Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)
search | Qwantbot | Mozilla/5.0 (compatible; Qwantbot/1.0; +https://help.qwant.com/bot/)
search | SeznamBot | Mozilla/5.0 (compatible; SeznamBot/4.0; +https://o-seznam.cz/napoveda/vyhledavani/en/seznambot-crawler/)
search | Sogou | Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)
search | Yahoo! Slurp | Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)
search | YandexBot | Mozilla/5.0 (compatible; YandexAdditional/3.0; +http://yandex.com/bots)
search | YandexBot | Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)
search | YandexBot | Mozilla/5.0 (compatible; YandexImages/3.0; +http://yandex.com/bots)
search | YandexBot | Mozilla/5.0 (compatible; YandexRenderResourcesBot/1.0; +http://yandex.com/bots) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 YaBrowser/22.12.0.0 Safari/537.36
search | YandexBot | Mozilla/5.0 (iPhone; CPU iPhone OS 8_1 like Mac OS X) AppleWebKit/600.1.4 (KHTML, like Gecko) Version/8.0 Mobile/12B411 Safari/600.1.4 (compatible; YandexMobileBot/3.0; +http://yandex.com/bots)
search | Yeti | Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)
search | YisouSpider | Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/69.0.3497.81 YisouSpider/5.0 Safari/537.36

## Pictures and titles of links that people send each other
preview | BingPreview | Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b
preview | Bluesky | Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)
preview | Discord | Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)
preview | Embedly | Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)
preview | Facebook | facebookcatalog/1.0
preview | Facebook | facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
preview | Flipboard | Mozilla/5.0 (Macintosh; Intel Mac OS X 10.11; rv:49.0) Gecko/20100101 Firefox/49.0 (FlipboardProxy/1.2; +http://flipboard.com/browserproxy)
preview | Google | Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)
preview | Google | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/56.0.2924.87 Safari/537.36 Google (+https://developers.google.com/+/web/snippet/) Google-PageRenderer
preview | Iframely | Iframely/1.3.1 (+https://iframely.com/docs/about)
preview | KakaoTalk | facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984
preview | LINE | facebookexternalhit/1.1;line-poker/1.0
preview | LINE | LINE-Poker/1.0
preview | LinkedIn | LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)
preview | Mastodon | Mastodon/4.3.8 (http.rb/5.2.0; +https://mastodon.social/)
preview | Meta-ExternalAds | meta-externalads/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)
preview | Notion | Mozilla/5.0 (compatible; NotionEmbedder; +https://www.notion.so)
preview | Pinterest | Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)
preview | Reddit | Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)
preview | Signal | Signal-Android/7.40.2
preview | Skype | Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com
preview | Slack | Slack-ImgProxy (+https://api.slack.com/robots)
preview | Slack | Slackbot 1.0 (+https://api.slack.com/robots)
preview | Slack | Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
preview | Snapchat | Snapchat/13.40.0.42 (iPhone15,2; iOS 18.5; gzip)
preview | Teams | Mozilla/5.0 (Windows NT 6.1; WOW64) MicrosoftPreview/2.0 +https://aka.ms/MicrosoftPreview
preview | Telegram | TelegramBot (like TwitterBot)
preview | Viber | Viber/25.0.0.1 CFNetwork/3826.500.131 Darwin/24.5.0
preview | WhatsApp | WhatsApp/2.23.20.0 A
preview | WhatsApp | WhatsApp/2.25.10.74 A
preview | WhatsApp | WhatsApp/2.2587.9 N
preview | X | Twitterbot/1.0
preview | Yahoo | Mozilla/5.0 (compatible; Yahoo Link Preview; https://help.yahoo.com/kb/mail/yahoo-link-preview-SLN23615.html)
preview | Zoom | Mozilla/5.0 (compatible; ZoomBot; +https://zoom.us)

## Readers of feeds
feed | Feed reader | Mozilla/5.0 (X11; Linux x86_64) CommaFeed/5.9.0 (https://github.com/Athou/commafeed)
feed | Feed reader | Overcast/3.0 (+http://overcast.fm/; iOS podcast app)
feed | Feedbin | Feedbin feed-id:1373711 - 12 subscribers
feed | FeedFetcher-Google | FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)
feed | Feedly | Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers; like FeedFetcher-Google)
feed | Feedly | Feedly/1.0 (+https://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)
feed | FreshRSS | FreshRSS/1.26.3 (Linux; https://freshrss.org)
feed | Inoreader | Mozilla/5.0 (compatible; inoreader.com-like FeedFetcher-Google; +https://www.inoreader.com)
feed | Miniflux | Mozilla/5.0 (compatible; Miniflux/2.2.9; +https://miniflux.app)
feed | NetNewsWire | NetNewsWire (RSS Reader; https://netnewswire.com/)
feed | NewsBlur | NewsBlur Feed Fetcher - 4 subscribers - https://www.newsblur.com/site/1/x
feed | The Old Reader | Mozilla/5.0 (compatible; theoldreader.com; 3 subscribers; feed-id=1)
feed | Tiny Tiny RSS | Tiny Tiny RSS/1.11 (http://tt-rss.org/)
feed | Universal Feed Parser | UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/

## Watchers of uptime and speed
monitor | Amazon Route 53 | Amazon-Route53-Health-Check-Service (ref 1; report http://amzn.to/1vsZADi)
monitor | Amazon Route 53 | ELB-HealthChecker/2.0
monitor | Better Stack | Better Uptime Bot Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36
monitor | Better Stack | Mozilla/5.0 (compatible; BetterStackBot/1.0; +https://betterstack.com/docs/uptime/frequently-asked-questions/)
monitor | Catchpoint | Mozilla/5.0 (X11; Linux x86_64; Catchpoint) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36
monitor | Checkly | Checkly/1.0 (https://www.checklyhq.com)
monitor | Cloudflare | Mozilla/5.0 (compatible; Cloudflare-Healthchecks/1.0; +https://www.cloudflare.com/; healthcheck-id: 1)
monitor | Cloudflare | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 CloudflareObservatory/1.0
monitor | Datadog | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36 DatadogSynthetics
monitor | Dynatrace | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36 RuxitSynthetic/1.0 v1234 t5678
monitor | Google uptime check | GoogleStackdriverMonitoring-UptimeChecks(https://cloud.google.com/monitoring)
monitor | GTmetrix | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 GTmetrix
monitor | Hetrix Tools | Mozilla/5.0 (compatible; HetrixTools Uptime Monitoring Bot. https://hetrix.tools/uptime-monitoring-bot.html)
monitor | Kubernetes | kube-probe/1.29
monitor | Kubernetes | kube-probe/1.31
monitor | Lighthouse | Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse
monitor | Lighthouse | Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse
monitor | New Relic | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36 NewRelicSynthetics/1.0
monitor | Pingdom | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 PingdomTMS/0.9.0
monitor | Pingdom | Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)
monitor | Prometheus | Blackbox Exporter/0.26.0
monitor | Site24x7 | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Site24x7
monitor | SpeedCurve | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36 PTST/SpeedCurve/250601.120134
monitor | Splunk | Mozilla/5.0 (X11; Linux x86_64; Splunk Synthetics) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36
monitor | StatusCake | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36 (StatusCake)
monitor | ThousandEyes | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 (ThousandEyes Agent)
monitor | Updown | updown.io daemon 2.11
monitor | Uptime Kuma | Uptime-Kuma/1.23.13
monitor | Uptime Kuma | Uptime-Kuma/1.23.16
monitor | Uptime monitor | Gatus/1.0
monitor | UptimeRobot | Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)
monitor | WebPageTest | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36 PTST/250514.123456

## Browsers driven by programs
headless | Cypress | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Cypress/14.4.0 Chrome/130.0.6723.137 Electron/33.2.1 Safari/537.36
headless | Ghost Inspector | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36 Ghost Inspector (63c85ddb)
headless | HappyDOM | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HappyDOM/17.4.4
headless | HeadlessChrome | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/138.0.0.0 Safari/537.36
headless | HeadlessChrome | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/138.0.0.0 Safari/537.36 HeadlessEdg/138.0.0.0
headless | HeadlessChrome | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36
headless | HeadlessChrome | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36
headless | jsdom | Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/24.0.0
headless | jsdom | Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/26.1.0
headless | PhantomJS | Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1
headless | Playwright | Playwright/1.52.0 (x64; ubuntu 24.04) node/22.15
headless | Puppeteer | Mozilla/5.0 (compatible; Puppeteer/24.9; +https://pptr.dev)
headless | Splash | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/602.1 (KHTML, like Gecko) splash Version/10.0 Safari/602.1

## Marketing, research, archives
other | AhrefsBot | Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)
other | AhrefsBot | Mozilla/5.0 (compatible; AhrefsSiteAudit/6.1; +http://ahrefs.com/robot/site-audit)
other | AwarioBot | Mozilla/5.0 (compatible; AwarioBot/1.0; +https://awario.com/bots.html)
other | Barkrowler | Mozilla/5.0 (compatible; Barkrowler/0.9; +https://babbar.tech/crawler)
other | BLEXBot | Mozilla/5.0 (compatible; BLEXBot/1.0; +https://help.seranking.com/en/blex-crawler)
other | BrandVerity | Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Firefox/128.0 BrandVerity/1.0 (http://www.brandverity.com/why-is-brandverity-visiting-me)
other | Censys | Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)
other | CookieHubScan | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 CookieHubScan/3.0
other | Criteo | CriteoBot/0.1 (+https://www.criteo.com/criteo-crawler/)
other | DataForSeoBot | Mozilla/5.0 (compatible; DataForSeoBot/1.0; +https://dataforseo.com/dataforseo-bot)
other | DotBot | Mozilla/5.0 (compatible; DotBot/1.2; +https://opensiteexplorer.org/dotbot; help@moz.com)
other | Ezooms | Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)
other | Google-Read-Aloud | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.7390.122 Safari/537.36 (compatible; Google-Read-Aloud; +https://support.google.com/webmasters/answer/1061943)
other | Google-Safety | Google-Safety
other | Internet Archive | Mozilla/5.0 (compatible; archive.org_bot +http://www.archive.org/details/archive.org_bot)
other | InternetMeasurement | Mozilla/5.0 (compatible; InternetMeasurement/1.0; +https://internet-measurement.com/)
other | IonCrawl | IonCrawl (https://www.ionos.de/terms-gtc/faq-crawler-en/)
other | MJ12bot | Mozilla/5.0 (compatible; MJ12bot/v2.0.2; http://mj12bot.com/)
other | NewThingBot | Mozilla/5.0 (compatible; NewThingBot/0.3; +https://newthing.example/bot)
other | Palo Alto Networks | Expanse, a Palo Alto Networks company, searches across the global IPv4 space multiple times per day
other | Screaming Frog | Screaming Frog SEO Spider/22.1
other | SemrushBot | Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)
other | SemrushBot | Mozilla/5.0 (compatible; SiteAuditBot/0.97; +http://www.semrush.com/bot.html)
other | SERanking | Mozilla/5.0 (compatible; SERankingBacklinksBot/1.0; +https://seranking.com/backlinks-crawler)
other | serpstatbot | serpstatbot/2.1 (advanced backlink tracking bot; https://serpstatbot.com/; abuse@serpstatbot.com)
other | Silktide | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Silktide
other | SomeProduct | SomeProduct/2.1
other | Turnitin | Turnitin (https://bit.ly/2UvnfoQ)
other | Unknown | Mozilla/5.0

## Clients of HTTP
tool | .NET | RestSharp/112.1.0.0
tool | Android app | Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A.230901.001)
tool | Android app | Dalvik/2.1.0 (Linux; U; Android 15; Pixel 9 Build/BP1A.250505.005)
tool | Apple app | MyApp/12 CFNetwork/1494.0.7 Darwin/23.4.0
tool | Apple app | Shop/2.41.0 CFNetwork/3826.500.131 Darwin/24.5.0
tool | curl | curl/8.5.0
tool | curl | curl/8.13.0
tool | Dart | Dart/3.8 (dart:io)
tool | Go | colly - https://github.com/gocolly/colly/v2
tool | Go | Go-http-client/1.1
tool | Go | Go-http-client/2.0
tool | HTTPie | HTTPie/3.2.4
tool | HTTrack | Mozilla/4.5 (compatible; HTTrack 3.0x; Windows 98)
tool | Java | Apache-HttpClient/5.4.4 (Java/21.0.7)
tool | Java | Java-http-client/21.0.7
tool | Java | Java/17.0.9
tool | Java | Java/21.0.7
tool | Java | okhttp/4.12.0
tool | k6 | ApacheBench/2.3
tool | k6 | Grafana k6/1.0.0
tool | Node.js | axios/1.7.2
tool | Node.js | axios/1.9.0
tool | Node.js | Bun/1.2.15
tool | Node.js | Deno/2.0.0
tool | Node.js | Deno/2.3.3
tool | Node.js | got (https://github.com/sindresorhus/got)
tool | Node.js | Next.js Middleware
tool | Node.js | node
tool | Node.js | node-fetch/1.0 (+https://github.com/bitinn/node-fetch)
tool | Node.js | undici
tool | Perl | libwww-perl/6.72
tool | Perl | libwww-perl/6.78
tool | PHP | GuzzleHttp/7
tool | PHP | Symfony HttpClient (Curl)
tool | Postman | bruno-runtime/2.3.0
tool | Postman | insomnia/11.1.0
tool | Postman | PostmanRuntime/7.39.0
tool | Postman | PostmanRuntime/7.44.0
tool | PowerShell | Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.26100.4061
tool | Python | python-httpx/0.28.1
tool | Python | python-requests/2.32.3
tool | Python | python-requests/2.32.4
tool | Python | Python-urllib/3.13
tool | Python | Python/3.12 aiohttp/3.9.5
tool | Python | Python/3.13 aiohttp/3.12.2
tool | Python | Scrapy/2.11.2 (+https://scrapy.org)
tool | Python | Scrapy/2.13.1 (+https://scrapy.org)
tool | Ruby | Chef Client/10.18.2 (ruby-1.9.3-p327; ohai-6.16.0; x86_64-linux; +http://opscode.com)
tool | Ruby | Faraday v2.13.1
tool | Ruby | Ruby
tool | Rust | reqwest/0.12.4
tool | Rust | reqwest/0.12.15
tool | Security scanner | Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)
tool | Security scanner | Mozilla/5.0 zgrab/0.x
tool | Security scanner | Nuclei - Open-source project (github.com/projectdiscovery/nuclei)
tool | Unknown | -
tool | Wget | Wget/1.21.4
tool | Wget | Wget/1.25.0
tool | WordPress | WordPress/6.8.1; https://blog.example
`,
  3,
);
