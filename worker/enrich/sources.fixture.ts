import { readFacts } from "./facts.fixture";

/**
 * Visits to `https://example.com/a`, which also owns the hosts below `shop.example`:
 * channel | source | referrer, "-" for none | query of the landing page, which may be left out.
 */
export const SOURCES_OF_VISITS = readFacts(
  `
## Nothing to go by, or the site itself
Direct | Direct | - | ?id=7&gclsrc=aw.ds
Direct | Direct | - | ?page=2&q=shoes
Direct | Direct | - | ?srsltid=
Direct | Direct | - | ?utm_source=&ref=
Direct | Direct | - | ?utm_source=%20
Direct | Direct | ///
Direct | Direct | about:blank
Direct | Direct | blob:https://example.com/3f2a
Direct | Direct | chrome-extension://cjpalhdlnbpafiamejdnhcphjbkeiagm/
Direct | Direct | data:text/html,hello
Direct | Direct | file:///home/a.html
Direct | Direct | http://[
Direct | Direct | http://EXAMPLE.com:8080/
Direct | Direct | http://example.com/old-page?q=1
Direct | Direct | https://
Direct | Direct | https://a.b.shop.example/checkout
Direct | Direct | https://eu.shop.example/cart
Direct | Direct | https://example.com
Direct | Direct | https://example.com./
Direct | Direct | https://EXAMPLE.COM/
Direct | Direct | https://example.com/other
Direct | Direct | https://www.example.com:8443/
Direct | Direct | https://www.example.com/
Direct | Direct | javascript:void(0)
Direct | Direct | moz-extension://3b2b7d0e/
Direct | Direct | nonsense
Direct | Direct | null

## Search
Organic search | 360 Search | https://www.so.com/s
Organic search | AOL | https://search.aol.com/
Organic search | Ask | https://www.ask.com/
Organic search | Baidu | http://baidu.com/
Organic search | Baidu | https://m.baidu.com/
Organic search | Baidu | https://www.baidu.com/link
Organic search | Bing | - | ?utm_source=bing&utm_medium=organic
Organic search | Bing | android-app://com.microsoft.bing/
Organic search | Bing | https://bing.com/
Organic search | Bing | https://cn.bing.com/search?q=a
Organic search | Bing | https://r.bing.com/
Organic search | Bing | https://www.bing.com/
Organic search | Bing | https://www.bing.com/ck/a?x
Organic search | Brave | https://search.brave.com/
Organic search | Brave | https://search.brave.com/search?q=a
Organic search | Cốc Cốc | https://coccoc.com/search
Organic search | Daum | https://search.daum.net/
Organic search | DuckDuckGo | - | ?utm_source=duckduckgo.com
Organic search | DuckDuckGo | android-app://com.duckduckgo.mobile.android/
Organic search | DuckDuckGo | https://duckduckgo.com/
Organic search | DuckDuckGo | https://html.duckduckgo.com/
Organic search | DuckDuckGo | https://start.duckduckgo.com/
Organic search | Ecosia | https://ecosia.org/search?q=a
Organic search | Ecosia | https://www.ecosia.org/
Organic search | Google | - | ?srsltid=AfmBOop
Organic search | Google | - | ?utm_source=google&utm_medium=organic
Organic search | Google | - | ?utm_source=google&utm_medium=organic&gclid=abc
Organic search | Google | android-app://com.google.android.googlequicksearchbox/
Organic search | Google | android-app://com.google.android.googlequicksearchbox/https/www.google.com
Organic search | Google | google.com
Organic search | Google | http://google.com
Organic search | Google | https://cse.google.com/
Organic search | Google | https://example-com.cdn.ampproject.org/
Organic search | Google | https://google.com
Organic search | Google | https://images.google.com/
Organic search | Google | https://www.google.cat/
Organic search | Google | https://www.google.ch/
Organic search | Google | https://www.google.co.in/
Organic search | Google | https://www.google.co.jp/
Organic search | Google | https://www.google.co.uk/
Organic search | Google | https://www.google.com:443/
Organic search | Google | https://www.google.com./
Organic search | Google | https://www.google.com.au/
Organic search | Google | https://www.google.com.br/
Organic search | Google | https://www.google.com.tr/
Organic search | Google | https://www.google.com/
Organic search | Google | https://WWW.GOOGLE.COM/
Organic search | Google | https://www.google.com/ | ?srsltid=AfmBOop
Organic search | Google | https://www.google.com/ | ?utm_campaign=gmb
Organic search | Google | https://www.google.com/url?q=x
Organic search | Google | https://www.google.de/search
Organic search | Google | https://www.google.fr/
Organic search | Google News | android-app://com.google.android.apps.magazines/
Organic search | Google News | https://news.google.com/
Organic search | Google News | https://news.google.com/articles/x
Organic search | Google Scholar | https://scholar.google.com/
Organic search | Google Scholar | https://scholar.google.de/
Organic search | Kagi | https://kagi.com/
Organic search | Kagi | https://www.kagi.com/
Organic search | Lilo | https://search.lilo.org/
Organic search | Mail.ru | https://go.mail.ru/
Organic search | MetaGer | https://metager.org/
Organic search | Mojeek | https://www.mojeek.com/
Organic search | MSN | https://www.msn.com/
Organic search | Naver | https://m.search.naver.com/
Organic search | Naver | https://search.naver.com/search.naver
Organic search | Qwant | https://lite.qwant.com/
Organic search | Qwant | https://www.qwant.com/
Organic search | Rambler | https://nova.rambler.ru/
Organic search | Seznam | https://search.seznam.cz/
Organic search | Shenma | https://m.sm.cn/
Organic search | Sogou | https://www.sogou.com/
Organic search | Startpage | https://eu.startpage.com/
Organic search | Startpage | https://www.startpage.com/
Organic search | Swisscows | https://swisscows.com/
Organic search | Yahoo! | https://de.search.yahoo.com/
Organic search | Yahoo! | https://r.search.yahoo.com/_ylt=x
Organic search | Yahoo! | https://search.yahoo.co.jp/search
Organic search | Yahoo! | https://search.yahoo.com/
Organic search | Yahoo! | https://uk.search.yahoo.com/
Organic search | Yahoo! | https://www.yahoo.co.jp/
Organic search | Yandex | - | ?ysclid=m1
Organic search | Yandex | https://ya.ru/
Organic search | Yandex | https://yandex.by/search
Organic search | Yandex | https://yandex.com.tr/
Organic search | Yandex | https://yandex.kz/
Organic search | Yandex | https://yandex.ru/
Organic search | Yandex | https://yandex.ru/ | ?ysclid=m1
Organic search | Yep | https://yep.com/

## Paid search
Paid search | autumn | - | ?utm_source=autumn&gclid=abc
Paid search | Baidu | - | ?utm_source=baidu&utm_medium=cpc
Paid search | Bing | - | ?msclkid=abc
Paid search | Bing | - | ?utm_source=Bing&utm_medium=CPC
Paid search | Bing | https://duckduckgo.com/ | ?msclkid=abc&utm_source=bing&utm_medium=cpc
Paid search | Bing | https://www.bing.com/ | ?msclkid=1
Paid search | DuckDuckGo | - | ?utm_source=duckduckgo&utm_medium=paid
Paid search | Google | - | ?gad_campaignid=22
Paid search | Google | - | ?gclid=abc
Paid search | Google | - | ?GCLID=abc
Paid search | Google | - | ?utm_source=adwords&utm_medium=paid
Paid search | Google | - | ?utm_source=google.com&utm_medium=ppc
Paid search | Google | - | ?UTM_Source=google&UTM_Medium=cpc
Paid search | Google | - | ?utm_source=google&utm_medium=cpc&utm_campaign=brand
Paid search | Google | - | ?utm_source=Google&utm_medium=CPC&utm_campaign=Brand&gclid=1
Paid search | Google | - | ?utm_source=google&utm_medium=paid_search
Paid search | Google | - | ?utm_source=GOOGLE&utm_medium=PPC
Paid search | Google | - | ?utm_source=google&utm_medium=sem
Paid search | Google | - | ?wbraid=abc
Paid search | Google | https://blog.example.net/ | ?gbraid=abc
Paid search | Google | https://www.google.com/ | ?gclid=abc
Paid search | Google | https://www.google.com/ | ?gclid=EAIaIQob&gad_source=1&gad_campaignid=2
Paid search | Google | https://www.google.com/ | ?utm_medium=cpc&utm_source=google-ads
Paid search | Google | https://www.google.de/ | ?gad_source=1&gbraid=0AAAA
Paid search | Naver | - | ?utm_source=naver&utm_medium=cpc
Paid search | Yahoo! | - | ?utm_source=yahoo&utm_medium=cpc
Paid search | Yandex | - | ?utm_source=yandex&utm_medium=cpc&yclid=1
Paid search | Yandex | https://yandex.ru/ | ?yclid=1

## Social
Organic social | Bluesky | https://bsky.app/
Organic social | Bluesky | https://go.bsky.app/
Organic social | buffer | - | ?utm_source=buffer&utm_medium=social
Organic social | Discord | https://discord.com/channels/1
Organic social | Douyin | https://www.douyin.com/
Organic social | Dzen | https://dzen.ru/
Organic social | Facebook | - | ?fbclid=IwAR
Organic social | Facebook | - | ?utm_source=Facebook.com
Organic social | Facebook | - | ?utm_source=facebook&utm_medium=social
Organic social | Facebook | - | ?utm_source=fb&utm_medium=post
Organic social | Facebook | android-app://com.facebook.katana/
Organic social | Facebook | http://m.facebook.com
Organic social | Facebook | https://business.facebook.com/
Organic social | Facebook | https://de-de.facebook.com/
Organic social | Facebook | https://facebook.com/ | ?fbclid=IwZXh0
Organic social | Facebook | https://fb.me/e/1
Organic social | Facebook | https://l.facebook.com/
Organic social | Facebook | https://l.facebook.com/l.php?u=x
Organic social | Facebook | https://lm.facebook.com/
Organic social | Facebook | https://lm.facebook.com/l.php
Organic social | Facebook | https://m.facebook.com/
Organic social | Facebook | https://web.facebook.com/
Organic social | Facebook | https://www.facebook.com/
Organic social | Hacker News | https://news.ycombinator.com/
Organic social | Hacker News | https://news.ycombinator.com/item?id=1
Organic social | Instagram | - | ?igsh=abc
Organic social | Instagram | - | ?utm_source=ig&utm_medium=social&utm_content=link_in_bio
Organic social | Instagram | android-app://com.instagram.android/
Organic social | Instagram | https://l.instagram.com/ | ?fbclid=IwAR
Organic social | Instagram | https://l.instagram.com/?u=x
Organic social | Instagram | https://www.instagram.com/
Organic social | KakaoTalk | https://story.kakao.com/
Organic social | LINE | https://liff.line.me/
Organic social | LinkedIn | - | ?utm_source=LinkedIn&utm_medium=Social
Organic social | LinkedIn | android-app://com.linkedin.android
Organic social | LinkedIn | android-app://com.linkedin.android/
Organic social | LinkedIn | https://de.linkedin.com/
Organic social | LinkedIn | https://lnkd.in/
Organic social | LinkedIn | https://lnkd.in/abc
Organic social | LinkedIn | https://www.linkedin.com/
Organic social | Linktree | https://linktr.ee/shop
Organic social | Lobsters | https://lobste.rs/
Organic social | Mastodon | android-app://org.joinmastodon.android/
Organic social | Mastodon | https://mastodon.social/@a
Organic social | Medium | https://medium.com/@a/b
Organic social | Messenger | https://l.messenger.com/
Organic social | Messenger | https://www.messenger.com/
Organic social | Nextdoor | https://nextdoor.com/
Organic social | Odnoklassniki | https://ok.ru/
Organic social | Pinterest | android-app://com.pinterest/
Organic social | Pinterest | https://pin.it/x
Organic social | Pinterest | https://www.pinterest.co.uk/
Organic social | Pinterest | https://www.pinterest.com/
Organic social | Pinterest | https://www.pinterest.de/
Organic social | Product Hunt | - | ?ref=producthunt
Organic social | Product Hunt | https://www.producthunt.com/posts/a
Organic social | Quora | https://www.quora.com/
Organic social | Reddit | android-app://com.reddit.frontpage/
Organic social | Reddit | https://np.reddit.com/
Organic social | Reddit | https://old.reddit.com/r/a
Organic social | Reddit | https://out.reddit.com/
Organic social | Reddit | https://out.reddit.com/t3_x
Organic social | Reddit | https://www.reddit.com/
Organic social | Snapchat | https://www.snapchat.com/
Organic social | team blog | - | ?utm_source=team+blog&utm_medium=social
Organic social | Telegram | android-app://org.telegram.messenger/
Organic social | Telegram | https://t.me/
Organic social | Telegram | https://web.telegram.org/
Organic social | Threads | https://l.threads.com/
Organic social | Threads | https://l.threads.net/
Organic social | Threads | https://www.threads.com/
Organic social | TikTok | android-app://com.zhiliaoapp.musically/
Organic social | TikTok | https://vm.tiktok.com/x
Organic social | TikTok | https://www.tiktok.com/
Organic social | Truth Social | https://truthsocial.com/
Organic social | Tumblr | https://t.umblr.com/redirect
Organic social | Tumblr | https://www.tumblr.com/
Organic social | Viber | - | ?utm_source=viber
Organic social | VK | https://away.vk.com/
Organic social | VK | https://m.vk.com/
Organic social | WeChat | https://mp.weixin.qq.com/
Organic social | Weibo | https://weibo.com/
Organic social | WhatsApp | android-app://com.whatsapp/
Organic social | WhatsApp | https://l.wl.co/l?u=x
Organic social | WhatsApp | https://web.whatsapp.com/
Organic social | X | - | ?utm_source=twitter
Organic social | X | - | ?utm_source=x.com
Organic social | X | android-app://com.twitter.android
Organic social | X | android-app://com.twitter.android/
Organic social | X | http://t.co/AbC
Organic social | X | https://mobile.twitter.com/
Organic social | X | https://t.co/
Organic social | X | https://t.co/abc
Organic social | X | https://twitter.com/
Organic social | X | https://x.com/
Organic social | Xiaohongshu | https://www.xiaohongshu.com/
Organic social | XING | https://www.xing.com/
Organic social | Zhihu | https://link.zhihu.com/?target=x
Organic social | Zhihu | https://www.zhihu.com/

## Paid social
Paid social | Facebook | - | ?utm_source=facebook_ads&utm_medium=paid
Paid social | Facebook | - | ?utm_source=facebook&utm_medium=ads
Paid social | Facebook | - | ?utm_source=facebook&utm_medium=cpc&fbclid=1
Paid social | Facebook | - | ?utm_source=facebook&utm_medium=paidsocial
Paid social | Facebook | - | ?utm_source=fb&utm_medium=paid
Paid social | Facebook | - | ?utm_source=meta&utm_medium=paid-social
Paid social | Facebook | http://m.facebook.com/ | ?utm_source=FB&utm_medium=Paid_Social&utm_campaign=12021
Paid social | Facebook | https://l.facebook.com/ | ?utm_source=facebook&utm_medium=paid_social&fbclid=1
Paid social | Instagram | - | ?utm_source=ig&utm_medium=cpc
Paid social | Instagram | - | ?utm_source=instagram&utm_medium=paid
Paid social | LinkedIn | - | ?li_fat_id=1
Paid social | LinkedIn | - | ?utm_source=linkedin&utm_medium=cpc
Paid social | LinkedIn | https://www.linkedin.com/ | ?li_fat_id=x
Paid social | Pinterest | - | ?epik=1
Paid social | Pinterest | https://www.pinterest.com/ | ?epik=dj0y
Paid social | Quora | - | ?qclid=1
Paid social | Reddit | - | ?rdt_cid=1
Paid social | Reddit | - | ?utm_source=reddit&utm_medium=cpc&rdt_cid=1
Paid social | Snapchat | - | ?ScCid=1
Paid social | Snapchat | - | ?utm_source=snapchat&utm_medium=paid_social
Paid social | TikTok | - | ?ttclid=E.C.P&utm_source=tiktok&utm_medium=paid
Paid social | TikTok | https://www.tiktok.com/ | ?ttclid=1
Paid social | VK | - | ?utm_source=vk&utm_medium=cpc
Paid social | X | https://t.co/ | ?twclid=1
Paid social | X | https://t.co/x | ?twclid=2-x

## Assistants
AI assistants | ChatGPT | - | ?utm_source=chatgpt.com
AI assistants | ChatGPT | - | ?utm_source=openai
AI assistants | ChatGPT | android-app://com.openai.chatgpt/
AI assistants | ChatGPT | https://chat.openai.com/
AI assistants | ChatGPT | https://chatgpt.com/
AI assistants | ChatGPT | https://chatgpt.com/ | ?utm_source=chatgpt.com
AI assistants | ChatGPT | https://chatgpt.com/c/1
AI assistants | Claude | - | ?utm_source=claude.ai
AI assistants | Claude | https://claude.ai/
AI assistants | Claude | https://claude.ai/chat/1
AI assistants | Copilot | - | ?utm_source=copilot.com
AI assistants | Copilot | https://copilot.com/
AI assistants | Copilot | https://copilot.microsoft.com/
AI assistants | Copilot | https://copilot.microsoft.com/chats/1
AI assistants | Copilot | https://edgeservices.bing.com/
AI assistants | Copilot | https://m365.cloud.microsoft/
AI assistants | DeepSeek | https://chat.deepseek.com/
AI assistants | DeepSeek | https://chat.deepseek.com/a
AI assistants | Doubao | https://www.doubao.com/chat/
AI assistants | Duck.ai | https://duck.ai/
AI assistants | Gemini | - | ?utm_source=gemini
AI assistants | Gemini | https://gemini.google.com/
AI assistants | Gemini | https://gemini.google.com/app
AI assistants | Google AI Studio | https://aistudio.google.com/
AI assistants | Grok | https://grok.com/
AI assistants | helper | - | ?utm_source=helper&utm_medium=ai-assistant
AI assistants | Kimi | https://www.kimi.com/
AI assistants | Lumo | https://lumo.proton.me/
AI assistants | Meta AI | https://www.meta.ai/
AI assistants | Mistral | https://chat.mistral.ai/
AI assistants | Mistral | https://chat.mistral.ai/chat
AI assistants | NotebookLM | https://notebooklm.google.com/
AI assistants | Perplexity | - | ?utm_source=perplexity
AI assistants | Perplexity | android-app://ai.perplexity.app.android/
AI assistants | Perplexity | https://perplexity.ai/search/x
AI assistants | Perplexity | https://www.perplexity.ai/
AI assistants | Poe | https://poe.com/
AI assistants | Qwen | https://chat.qwen.ai/
AI assistants | You.com | https://you.com/
AI assistants | You.com | https://you.com/search

## Mail
Email | AOL Mail | https://mail.aol.com/
Email | email | - | ?utm_medium=email
Email | email | - | ?utm_source=email
Email | email.seznam.cz | https://email.seznam.cz/
Email | Fastmail | https://app.fastmail.com/
Email | Gmail | android-app://com.google.android.gm
Email | Gmail | android-app://com.google.android.gm/
Email | Gmail | https://mail.google.com/
Email | Gmail | https://mail.google.com/mail/u/0/
Email | GMX | https://deref-gmx.net/
Email | GMX | https://navigator.gmx.net/
Email | Google | - | ?utm_source=google&utm_medium=e-mail
Email | hs_email | - | ?utm_source=hs_email&utm_medium=email
Email | HubSpot | - | ?_hsenc=p2AN&_hsmi=1
Email | iCloud Mail | https://www.icloud.com/
Email | Klaviyo | - | ?utm_source=Klaviyo&utm_medium=email
Email | mail.company.example | https://mail.company.example/owa
Email | mail.rambler.ru | https://mail.rambler.ru/
Email | Mail.ru Mail | https://e.mail.ru/
Email | Mailchimp | - | ?mc_cid=1a2b&mc_eid=UNIQID
Email | Mailchimp | - | ?utm_source=mailchimp&utm_medium=E-Mail
Email | Mailchimp | https://us1.campaign-archive.com/
Email | Naver Mail | https://mail.naver.com/
Email | NetEase Mail | https://mail.163.com/
Email | newsletter | - | ?utm_source=newsletter
Email | Newsletter | - | ?utm_source=Newsletter&utm_medium=Email
Email | october | - | ?utm_source=october&utm_medium=email
Email | Outlook | android-app://com.microsoft.office.outlook/
Email | Outlook | https://eur01.safelinks.protection.outlook.com/
Email | Outlook | https://nam12.safelinks.protection.outlook.com/?url=x
Email | Outlook | https://outlook.cloud.microsoft/
Email | Outlook | https://outlook.live.com/
Email | Outlook | https://outlook.live.com/mail/
Email | Outlook | https://outlook.office.com/
Email | Outlook | https://outlook.office365.com/
Email | Proton Mail | https://mail.proton.me/
Email | QQ Mail | https://mail.qq.com/
Email | QQ Mail | https://wx.mail.qq.com/
Email | Substack | - | ?utm_source=substack&utm_medium=email
Email | Substack | https://author.substack.com/p/a
Email | Substack | https://substack.com/
Email | WEB.DE | https://deref-web.de/
Email | WEB.DE | https://navigator.web.de/
Email | webmail.host.example | https://webmail.host.example/
Email | weekly | - | ?utm_source=weekly&utm_medium=newsletter
Email | Yahoo Mail | https://de.mail.yahoo.com/
Email | Yahoo Mail | https://mail.yahoo.co.jp/
Email | Yahoo Mail | https://mail.yahoo.com/
Email | Yahoo Mail | https://mail.yahoo.com/d/folders/1
Email | Yandex Mail | https://mail.yandex.ru/

## Ways of sending, partners, banners
Affiliates | Awin | - | ?utm_source=awin&utm_medium=affiliate&awc=1
Affiliates | Awin | https://www.awin1.com/ | ?awc=1_2
Affiliates | Awin | https://www.awin1.com/cread.php
Affiliates | blog | - | ?utm_source=blog&utm_medium=affiliates
Affiliates | CJ | - | ?cjevent=1
Affiliates | CJ | https://www.anrdoezrs.net/click-1-2
Affiliates | Impact | - | ?irclickid=1&utm_source=
Affiliates | Impact | https://deals.example.net/ | ?irclickid=1
Affiliates | partner | - | ?utm_source=partner&utm_medium=affiliate
Affiliates | Rakuten Advertising | - | ?ranMID=1&ranSiteID=x
Affiliates | Rakuten Advertising | https://click.linksynergy.com/deeplink
Affiliates | ShareASale | - | ?sscid=1
Affiliates | ShareASale | - | ?utm_source=shareasale&utm_medium=affiliate
Display | adnet | - | ?utm_source=adnet&utm_medium=Banner
Display | banners | - | ?utm_source=banners&utm_medium=display
Display | Criteo | - | ?utm_source=criteo&utm_medium=display
Display | dv360 | - | ?utm_source=dv360&utm_medium=cpm
Display | Google | - | ?dclid=1
Display | Google | - | ?dclid=CJ&gclid=
Display | Google | - | ?utm_source=google&utm_medium=display
Display | DoubleClick | https://googleads.g.doubleclick.net/
Display | DoubleClick | https://tpc.googlesyndication.com/
Display | Outbrain | - | ?dicbo=v2-x
Display | Outbrain | - | ?utm_source=outbrain&utm_medium=programmatic
Display | Taboola | - | ?tblci=GiA
Display | Taboola | - | ?utm_source=taboola&utm_medium=cpc
Display | Taboola | - | ?utm_source=taboola&utm_medium=native
Display | Taboola | https://trc.taboola.com/
Push | app | - | ?utm_source=app&utm_medium=web_push
Push | onesignal | - | ?utm_source=onesignal
Push | OneSignal | - | ?utm_source=OneSignal&utm_medium=push
Push | site | - | ?utm_source=site&utm_medium=push-notification
SMS | Attentive | - | ?utm_source=Attentive&utm_medium=SMS
SMS | shop | - | ?utm_source=shop&utm_medium=text-message
SMS | sms | - | ?utm_source=sms
SMS | twilio | - | ?utm_source=twilio&utm_medium=sms

## Video and shopping
Organic shopping | AliExpress | https://de.aliexpress.com/
Organic shopping | Allegro | https://allegro.pl/
Organic shopping | Amazon | https://amzn.to/x
Organic shopping | Amazon | https://www.amazon.co.uk/
Organic shopping | Amazon | https://www.amazon.com.mx/
Organic shopping | Amazon | https://www.amazon.com/
Organic shopping | Amazon | https://www.amazon.de/
Organic shopping | eBay | https://www.ebay.co.uk/
Organic shopping | eBay | https://www.ebay.de/
Organic shopping | Etsy | https://www.etsy.com/
Organic shopping | Etsy | https://www.etsy.com/uk/
Organic shopping | Google Shopping | https://shopping.google.com/
Organic shopping | idealo | https://www.idealo.de/
Organic shopping | Rakuten | https://www.rakuten.co.jp/
Organic shopping | Shop app | https://shop.app/
Organic shopping | Temu | https://www.temu.com/
Paid shopping | Amazon | - | ?utm_source=amazon&utm_medium=cpc
Paid shopping | Google | - | ?utm_source=google&utm_medium=cpc&utm_campaign=PLA_Shopping_DE
Paid shopping | Google | - | ?utm_source=google&utm_medium=cpc&utm_campaign=Shopping+DE
Paid shopping | Google Shopping | - | ?utm_source=google_shopping&utm_medium=cpc
Video | Bilibili | https://www.bilibili.com/
Video | Dailymotion | https://www.dailymotion.com/
Video | Niconico | https://www.nicovideo.jp/
Video | Rumble | https://rumble.com/
Video | Twitch | https://www.twitch.tv/a
Video | Vimeo | https://player.vimeo.com/
Video | Vimeo | https://vimeo.com/1
Video | YouTube | - | ?utm_source=youtube&utm_medium=cpc
Video | YouTube | - | ?utm_source=youtube&utm_medium=video
Video | YouTube | - | ?utm_source=YT
Video | YouTube | android-app://com.google.android.youtube/
Video | YouTube | https://m.youtube.com/
Video | YouTube | https://www.youtube-nocookie.com/
Video | YouTube | https://www.youtube.com/
Video | YouTube | https://youtu.be/abc
Video | YouTube | https://youtube.com/redirect

## Referrals: known by a readable name, by their host, and look-alikes
Organic social | Facebook | - | ?mibextid=wwXIfr
Organic social | Naver Blog | https://blog.naver.com/a
Referral | [2001:db8::1] | http://[2001:db8::1]/
Referral | 192.0.2.7 | http://192.0.2.7:8080/a
Referral | app | - | ?utm_source=app&utm_medium=link
Referral | apple.com | https://www.apple.com/
Referral | AWS | https://aws.amazon.com/
Referral | blog.example.net | blog.example.net/path
Referral | blog.example.net | HTTPS://Blog.Example.Net
Referral | blog.example.net | https://blog.example.net:444/
Referral | blog.example.net | https://blog.example.net/post?a=b
Referral | blog.example.net | https://user:pass@blog.example.net/
Referral | chatgpt.com.co | https://chatgpt.com.co/
Referral | checkout.stripe.com | https://checkout.stripe.com/
Referral | com.example.reader | android-app://com.example.reader/
Referral | com.termux | android-app://com.termux
Referral | com.unknown.app | android-app://com.unknown.app/
Referral | DEV | https://dev.to/a
Referral | evil.example | https://www.google.com@evil.example/
Referral | example.com.evil.example | https://example.com.evil.example/
Referral | example.net | https://www.example.net/
Referral | example.net | www.example.net/post
Referral | example.org | https://example.org/?u=https://example.com
Referral | facebook.com.login.example | https://facebook.com.login.example/
Referral | fakechatgpt.com | https://fakechatgpt.com/
Referral | friend | - | ?ref=friend
Referral | friend | https://www.google.com/ | ?ref=friend&source=other
Referral | friend.example | - | ?source=https%3A%2F%2Fwww.friend.example%2Fa
Referral | GitHub | https://gist.github.com/a
Referral | GitHub | https://github.com/a/b
Referral | GitLab | https://gitlab.com/
Referral | Google Accounts | https://accounts.google.com/
Referral | Google Ads console | https://ads.google.com/
Referral | Google Cloud | https://console.cloud.google.com/
Referral | Google Docs | https://docs.google.com/
Referral | Google Docs | https://docs.google.com/document/d/1
Referral | Google Maps | https://maps.google.com/
Referral | Google Maps | https://maps.google.fr/
Referral | Google Meet | https://meet.google.com/
Referral | Google Play | https://play.google.com/store/apps
Referral | Google Search Console | https://search.google.com/
Referral | Google Sites | https://sites.google.com/view/a
Referral | Google Tag Assistant | https://tagassistant.google.com/
Referral | Google Translate | https://example-com.translate.goog/
Referral | Google Translate | https://translate.google.de/
Referral | google.com.evil.example | https://google.com.evil.example/
Referral | google.evil.co | https://google.evil.co/
Referral | google.evil.example | https://google.evil.example/
Referral | googles.com | https://googles.com/
Referral | intranet | http://intranet/wiki
Referral | localhost | http://localhost:3000/
Referral | Microsoft Teams | https://teams.microsoft.com/
Referral | my-facebook.com | https://my-facebook.com/
Referral | notexample.com | https://notexample.com/
Referral | notgoogle.com | https://notgoogle.com/
Referral | notgoogle.com | https://www.notgoogle.com/
Referral | Notion | https://www.notion.so/
Referral | partner | - | ?utm_source=partner&utm_medium=referral
Referral | partner.example | - | ?ref=partner.example
Referral | partner.example | - | ?utm_source=https%3A%2F%2Fwww.partner.example%2F&utm_medium=referral
Referral | paypal.com | https://www.paypal.com/
Referral | shop.example | https://shop.example/
Referral | Slack | android-app://com.slack/
Referral | Slack | https://app.slack.com/
Referral | Stack Overflow | https://stackoverflow.com/questions/1
Referral | Stack Overflow | https://unix.stackexchange.com/
Referral | Wikipedia | - | ?utm_source=wikipedia&utm_medium=referral
Referral | Wikipedia | https://de.m.wikipedia.org/
Referral | Wikipedia | https://en.wikipedia.org/wiki/A
Referral | xn--googl-fsa.com | https://googlé.com/
Referral | xn--mnchen-3ya.de | https://münchen.de/
Referral | xn--mnchen-3ya.de | https://www.xn--mnchen-3ya.de/
Referral | xt.co | https://xt.co/
Referral | Yandex Maps | https://maps.yandex.ru/

## Tagged, and nothing more is known
Campaign | a|b | - | ?utm_source=a%7Cb
Campaign | event | - | ?utm_source=event&utm_medium=qr_code&utm_campaign=2026
Campaign | first | - | ?utm_source=first&utm_source=second
Campaign | leaflet | - | ?utm_source=leaflet&utm_medium=print
Campaign | partner | - | ?utm_source=partner&utm_medium=cpc
Campaign | podcast | - | ?utm_source=podcast&utm_medium=audio
Campaign | poster | - | ?utm_source=poster
Campaign | poster | - | ?utm_source=poster&utm_medium=qr
Campaign | poster | https://example.com/ | ?utm_source=poster
Campaign | poster | https://www.google.com/ | ?utm_source=poster&ref=friend
Campaign | shop | - | ?utm_source=shop
Campaign | spring | - | ?utm_campaign=spring
Campaign | spring sale | - | ?utm_campaign=spring%20sale
Campaign | Ünïcode | - | ?utm_source=%C3%9Cn%C3%AFcode
`,
  4,
);
