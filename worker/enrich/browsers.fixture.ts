import { readFacts } from "./facts.fixture";

const ANDROID = "Mozilla/5.0 (Linux; Android 10; K)";
const BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)";
const CHROME_OS = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)";
const GECKO_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15";
const GECKO_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64";
const LINUX = "Mozilla/5.0 (X11; Linux x86_64)";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const WEBVIEW = "Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A.231005.007; wv)";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";

const IPAD = `Mozilla/5.0 (iPad; CPU OS 18_4 like Mac OS X) ${WEBKIT}`;
const IPHONE = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT}`;
// From iOS 26 on the version of the system stands still.
const IPAD_26 = `Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) ${WEBKIT}`;
const IPHONE_26 = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) ${WEBKIT}`;

/**
 * User agents of people, as browsers and apps of 2025 and 2026 send them with the old ones that are still about, and
 * what they are: device | browser | major version | system | user agent.
 */
export const BROWSERS = readFacts(
  `
## Chrome, as it is on every system since it stopped telling device and minor version
mobile | Chrome | 119 | Android | Mozilla/5.0 (Linux; Android 8.0.0; SM-G930F) ${BLINK} Chrome/119.0.6045.193 Mobile Safari/537.36
mobile | Chrome | 120 | Android | Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 30) ${BLINK} Chrome/120.0.0.0 Mobile Safari/537.36
mobile | Chrome | 122 | Android | Mozilla/5.0 (Linux; Android 12; Infinix X6815B) ${BLINK} Chrome/122.0.0.0 Mobile Safari/537.36
mobile | Chrome | 130 | Android | Mozilla/5.0 (Linux; Android 11; CPH2127) ${BLINK} Chrome/130.0.0.0 Mobile Safari/537.36
mobile | Chrome | 131 | Android | ${ANDROID} ${BLINK} Chrome/131.0.0.0 Mobile Safari/537.36
mobile | Chrome | 131 | Android | Mozilla/5.0 (Linux; Android 14; Nokia G42 5G) ${BLINK} Chrome/131.0.0.0 Mobile Safari/537.36
mobile | Chrome | 132 | Android | ${ANDROID} ${BLINK} Chrome/132.0.0.0 Mobile Safari/537.36
mobile | Chrome | 136 | Android | Mozilla/5.0 (Linux; Android 14; Pixel 8 Pro) ${BLINK} Chrome/136.0.7103.60 Mobile Safari/537.36
mobile | Chrome | 137 | Android | ${ANDROID} ${BLINK} Chrome/137.0.0.0 Mobile Safari/537.36
mobile | Chrome | 138 | Android | Mozilla/5.0 (Linux; Android 13; TECNO PHANTOM X2) ${BLINK} Chrome/138.0.0.0 Mobile Safari/537.36
mobile | Chrome | 138 | Android | Mozilla/5.0 (Linux; Android 15; moto g(60)) ${BLINK} Chrome/138.0.0.0 Mobile Safari/537.36
mobile | Chrome | 142 | Android | ${ANDROID} ${BLINK} Chrome/142.0.0.0 Mobile Safari/537.36
mobile | Chrome | 147 | Android | ${ANDROID} ${BLINK} Chrome/147.0.0.0 Mobile Safari/537.36
mobile | Chrome | 152 | Android | ${ANDROID} ${BLINK} Chrome/152.0.0.0 Mobile Safari/537.36
tablet | Chrome | 126 | Android | Mozilla/5.0 (Linux; Android 9; Nexus 9) ${BLINK} Chrome/126.0.0.0 Safari/537.36
tablet | Chrome | 130 | Android | Mozilla/5.0 (Linux; Android 13; Lenovo TB-J606F) ${BLINK} Chrome/130.0.0.0 Safari/537.36
tablet | Chrome | 131 | Android | ${ANDROID} ${BLINK} Chrome/131.0.0.0 Safari/537.36
tablet | Chrome | 133 | Android | Mozilla/5.0 (Linux; Android 14; SM-T870) ${BLINK} Chrome/133.0.0.0 Safari/537.36
tablet | Chrome | 134 | Android | ${ANDROID} ${BLINK} Chrome/134.0.0.0 Safari/537.36
tablet | Chrome | 135 | Android | Mozilla/5.0 (Linux; Android 15; Pixel Tablet) ${BLINK} Chrome/135.0.0.0 Safari/537.36
tablet | Chrome | 141 | Android | ${ANDROID} ${BLINK} Chrome/141.0.0.0 Safari/537.36
tablet | Chrome | 149 | Android | ${ANDROID} ${BLINK} Chrome/149.0.0.0 Safari/537.36
desktop | Chrome | 114 | Chrome OS | Mozilla/5.0 (X11; CrOS armv7l 15359.58.0) ${BLINK} Chrome/114.0.0.0 Safari/537.36
desktop | Chrome | 129 | Chrome OS | ${CHROME_OS} ${BLINK} Chrome/129.0.0.0 Safari/537.36
desktop | Chrome | 133 | Chrome OS | ${CHROME_OS} ${BLINK} Chrome/133.0.0.0 Safari/537.36
desktop | Chrome | 138 | Chrome OS | Mozilla/5.0 (X11; CrOS aarch64 14541.0.0) ${BLINK} Chrome/138.0.0.0 Safari/537.36
desktop | Chrome | 140 | Chrome OS | ${CHROME_OS} ${BLINK} Chrome/140.0.0.0 Safari/537.36
desktop | Chrome | 147 | Chrome OS | ${CHROME_OS} ${BLINK} Chrome/147.0.0.0 Safari/537.36
mobile | Chrome | 131 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1
mobile | Chrome | 132 | iOS | ${IPHONE} CriOS/132.0.6834.100 Mobile/15E148 Safari/604.1
mobile | Chrome | 138 | iOS | ${IPHONE} CriOS/138.0.7204.156 Mobile/15E148 Safari/604.1
mobile | Chrome | 142 | iOS | ${IPHONE_26} CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1
mobile | Chrome | 150 | iOS | ${IPHONE_26} CriOS/150.0.7871.91 Mobile/15E148 Safari/604.1
tablet | Chrome | 120 | iOS | ${MAC} ${WEBKIT} CriOS/120 Version/11.1.1 Safari/605.1.15
tablet | Chrome | 129 | iOS | Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) ${WEBKIT} CriOS/129.0.6668.69 Mobile/15E148 Safari/604.1
tablet | Chrome | 139 | iOS | ${IPAD} CriOS/139.0.7258.76 Mobile/15E148 Safari/604.1
tablet | Chrome | 143 | iOS | ${IPAD_26} CriOS/143.0.7499.92 Mobile/15E148 Safari/604.1
desktop | Chrome | 128 | Linux | ${LINUX} ${BLINK} Chrome/128.0.0.0 Safari/537.36
desktop | Chrome | 135 | Linux | ${LINUX} ${BLINK} Chrome/135.0.0.0 Safari/537.36
desktop | Chrome | 137 | Linux | Mozilla/5.0 (X11; Linux aarch64) ${BLINK} Chrome/137.0.0.0 Safari/537.36
desktop | Chrome | 141 | Linux | ${LINUX} ${BLINK} Chrome/141.0.0.0 Safari/537.36
desktop | Chrome | 149 | Linux | ${LINUX} ${BLINK} Chrome/149.0.0.0 Safari/537.36
desktop | Chrome | 126 | Linux | Mozilla/5.0 (X11; Linux x86_64; Valve Steam Gamepad/Steam Deck [Steam Deck Stable]/default/0) ${BLINK} Chrome/126.0.6478.183 Safari/537.36
mobile | Chrome | 87 | Linux | Mozilla/5.0 (Linux; Ubuntu 20.04 like Android 9) ${BLINK} Chrome/87.0.4280.144 Mobile Safari/537.36
desktop | Chrome | 116 | macOS | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13_6) ${BLINK} Chrome/116.0.0.0 Safari/537.36
desktop | Chrome | 133 | macOS | ${MAC} ${BLINK} Chrome/133.0.0.0 Safari/537.36
desktop | Chrome | 140 | macOS | ${MAC} ${BLINK} Chrome/140.0.0.0 Safari/537.36
desktop | Chrome | 142 | macOS | ${MAC} ${BLINK} Chrome/142.0.0.0 Safari/537.36
desktop | Chrome | 146 | macOS | ${MAC} ${BLINK} Chrome/146.0.0.0 Safari/537.36
desktop | Chrome | 152 | macOS | ${MAC} ${BLINK} Chrome/152.0.0.0 Safari/537.36
desktop | Chrome | 49 | Windows | Mozilla/5.0 (Windows NT 5.1) ${BLINK} Chrome/49.0.2623.112 Safari/537.36
desktop | Chrome | 109 | Windows | Mozilla/5.0 (Windows NT 6.1; Win64; x64) ${BLINK} Chrome/109.0.0.0 Safari/537.36
desktop | Chrome | 109 | Windows | Mozilla/5.0 (Windows NT 6.3; Win64; x64) ${BLINK} Chrome/109.0.5414.120 Safari/537.36
desktop | Chrome | 131 | Windows | ${WINDOWS} ${BLINK} Chrome/131.0.0.0 Safari/537.36
desktop | Chrome | 132 | Windows | ${WINDOWS} ${BLINK} Chrome/132.0.0.0 Safari/537.36
desktop | Chrome | 134 | Windows | Mozilla/5.0 (Windows NT 10.0; WOW64) ${BLINK} Chrome/134.0.0.0 Safari/537.36
desktop | Chrome | 136 | Windows | ${WINDOWS} ${BLINK} Chrome/136.0.0.0 Safari/537.36
desktop | Chrome | 139 | Windows | ${WINDOWS} ${BLINK} Chrome/139.0.0.0 Safari/537.36
desktop | Chrome | 142 | Windows | ${WINDOWS} ${BLINK} Chrome/142.0.0.0 Safari/537.36
desktop | Chrome | 145 | Windows | ${WINDOWS} ${BLINK} Chrome/145.0.0.0 Safari/537.36
desktop | Chrome | 148 | Windows | ${WINDOWS} ${BLINK} Chrome/148.0.0.0 Safari/537.36
desktop | Chrome | 153 | Windows | ${WINDOWS} ${BLINK} Chrome/153.0.0.0 Safari/537.36
desktop | Chrome | 103 | Windows | ${WINDOWS} ${BLINK} Chrome/103.0.5060.141 CitizenFX/1.0.0.26100 Safari/537.36
desktop | Chrome | 127 | Windows | ${WINDOWS} ${BLINK} Chrome/127.0.6533.120 OBS/32.0.1 Safari/537.36
desktop | Chromium | 79 | Linux | Mozilla/5.0 (X11; GNU/Linux) ${BLINK} Chromium/79.0.3945.130 Chrome/79.0.3945.130 Safari/537.36 Tesla/2024.8.9-cb1a6d8
desktop | Chromium | 114 | Linux | ${LINUX} ${BLINK} Ubuntu Chromium/114.0.5735.133 Chrome/114.0.5735.133 Safari/537.36
desktop | Chromium | 128 | Linux | ${LINUX} ${BLINK} Ubuntu Chromium/128.0.6613.119 Chrome/128.0.6613.119 Safari/537.36

## Brave, Arc, Kiwi and other browsers that call themselves Chrome or Safari
mobile | Chrome | 139 | Android | ${ANDROID} ${BLINK} Chrome/139.0.0.0 Mobile Safari/537.36
desktop | Chrome | 139 | macOS | ${MAC} ${BLINK} Chrome/139.0.0.0 Safari/537.36
desktop | Chrome | 134 | Windows | ${WINDOWS} ${BLINK} Chrome/134.0.0.0 Safari/537.36
mobile | Safari | 18 | iOS | ${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1

## Microsoft Edge and Internet Explorer
mobile | Edge | 130 | Android | ${ANDROID} ${BLINK} Chrome/130.0.0.0 Mobile Safari/537.36 EdgA/130.0.0.0
mobile | Edge | 135 | Android | ${ANDROID} ${BLINK} Chrome/135.0.0.0 Mobile Safari/537.36 EdgA/135.0.0.0
mobile | Edge | 141 | Android | ${ANDROID} ${BLINK} Chrome/141.0.0.0 Mobile Safari/537.36 EdgA/141.0.0.0
mobile | Edge | 148 | Android | ${ANDROID} ${BLINK} Chrome/148.0.0.0 Mobile Safari/537.36 EdgA/148.0.0.0
tablet | Edge | 130 | Android | ${ANDROID} ${BLINK} Chrome/130.0.0.0 Safari/537.36 EdgA/130.0.0.0
tablet | Edge | 140 | Android | ${ANDROID} ${BLINK} Chrome/140.0.0.0 Safari/537.36 EdgA/140.0.0.0
mobile | Edge | 130 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Version/18.0 EdgiOS/130.0.2849.80 Mobile/15E148 Safari/604.1
mobile | Edge | 133 | iOS | ${IPHONE} Version/18.0 EdgiOS/133.0.3065.54 Mobile/15E148 Safari/604.1
mobile | Edge | 141 | iOS | ${IPHONE_26} Version/26.0 EdgiOS/141.0.3537.92 Mobile/15E148 Safari/604.1
tablet | Edge | 136 | iOS | ${IPAD} Version/18.0 EdgiOS/136.0.3240.91 Mobile/15E148 Safari/605.1.15
tablet | Edge | 138 | iOS | ${MAC} ${WEBKIT} Version/18.0 EdgiOS/138.0.3351.107 Safari/605.1.15
desktop | Edge | 137 | Linux | ${LINUX} ${BLINK} Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0
desktop | Edge | 143 | Linux | ${LINUX} ${BLINK} Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0
desktop | Edge | 130 | macOS | ${MAC} ${BLINK} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.2849.80
desktop | Edge | 140 | macOS | ${MAC} ${BLINK} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0
desktop | Edge | 147 | macOS | ${MAC} ${BLINK} Chrome/147.0.0.0 Safari/537.36 Edg/147.0.0.0
desktop | Edge | 18 | Windows | ${WINDOWS} ${BLINK} Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763
desktop | Edge | 109 | Windows | Mozilla/5.0 (Windows NT 6.1; Win64; x64) ${BLINK} Chrome/109.0.0.0 Safari/537.36 Edg/109.0.1518.140
desktop | Edge | 131 | Windows | ${WINDOWS} ${BLINK} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0
desktop | Edge | 132 | Windows | ${WINDOWS} ${BLINK} Chrome/132.0.0.0 Safari/537.36 Edg/132.0.0.0
desktop | Edge | 136 | Windows | ${WINDOWS} ${BLINK} Chrome/136.0.0.0 Safari/537.36 Edg/136.0.0.0
desktop | Edge | 138 | Windows | ${WINDOWS} ${BLINK} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.3351.95
desktop | Edge | 141 | Windows | ${WINDOWS} ${BLINK} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0
desktop | Edge | 144 | Windows | ${WINDOWS} ${BLINK} Chrome/144.0.0.0 Safari/537.36 Edg/144.0.0.0
desktop | Edge | 151 | Windows | ${WINDOWS} ${BLINK} Chrome/151.0.0.0 Safari/537.36 Edg/151.0.0.0
desktop | Internet Explorer | 6 | Windows | Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)
desktop | Internet Explorer | 10 | Windows | Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)
desktop | Internet Explorer | 11 | Windows | Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko
desktop | Internet Explorer | 11 | Windows | Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; .NET4.0C; .NET4.0E; rv:11.0) like Gecko
desktop | Internet Explorer | 11 | Windows | Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko

## Firefox and its kin
mobile | Firefox | 132 | Android | Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0
mobile | Firefox | 135 | Android | Mozilla/5.0 (Android 15; Mobile; rv:135.0) Gecko/135.0 Firefox/135.0
mobile | Firefox | 140 | Android | Mozilla/5.0 (Android 10; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0
mobile | Firefox | 141 | Android | Mozilla/5.0 (Android 14; Mobile; rv:141.0) Gecko/141.0 Firefox/141.0
mobile | Firefox | 145 | Android | Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0
tablet | Firefox | 131 | Android | Mozilla/5.0 (Android 13; Tablet; rv:131.0) Gecko/131.0 Firefox/131.0
tablet | Firefox | 140 | Android | Mozilla/5.0 (Android 14; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0
tablet | Firefox | 147 | Android | Mozilla/5.0 (Android 16; Tablet; rv:147.0) Gecko/147.0 Firefox/147.0
desktop | Firefox | 130 | FreeBSD | Mozilla/5.0 (X11; FreeBSD amd64; rv:130.0) Gecko/20100101 Firefox/130.0
mobile | Firefox | 132 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} FxiOS/132.0 Mobile/15E148 Safari/605.1.15
mobile | Firefox | 135 | iOS | ${IPHONE} FxiOS/135.0 Mobile/15E148 Safari/605.1.15
mobile | Firefox | 143 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_6_2 like Mac OS X) ${WEBKIT} FxiOS/143.0 Mobile/15E148 Safari/604.1
mobile | Firefox | 148 | iOS | ${IPHONE_26} FxiOS/148.0 Mobile/15E148 Safari/604.1
tablet | Firefox | 137 | iOS | ${IPAD} FxiOS/137.0 Mobile/15E148 Safari/605.1.15
tablet | Firefox | 142 | iOS | ${GECKO_MAC}; rv:142.0) ${WEBKIT} FxiOS/142.0 Safari/605.1.15
desktop | Firefox | 128 | Linux | Mozilla/5.0 (X11; Linux aarch64; rv:128.0) Gecko/20100101 Firefox/128.0
desktop | Firefox | 128 | Linux | Mozilla/5.0 (X11; Linux i686; rv:128.0) Gecko/20100101 Firefox/128.0
desktop | Firefox | 136 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0
desktop | Firefox | 138 | Linux | Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:138.0) Gecko/20100101 Firefox/138.0
desktop | Firefox | 140 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
desktop | Firefox | 141 | Linux | Mozilla/5.0 (Wayland; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0
desktop | Firefox | 142 | Linux | Mozilla/5.0 (X11; Fedora; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0
desktop | Firefox | 145 | Linux | Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0
desktop | Firefox | 147 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0
desktop | Firefox | 115 | macOS | Mozilla/5.0 (Macintosh; Intel Mac OS X 10.13; rv:109.0) Gecko/20100101 Firefox/115.0
desktop | Firefox | 128 | macOS | ${GECKO_MAC}; rv:128.0) Gecko/20100101 Firefox/128.0
desktop | Firefox | 137 | macOS | ${GECKO_MAC}; rv:137.0) Gecko/20100101 Firefox/137.0
desktop | Firefox | 144 | macOS | ${GECKO_MAC}; rv:144.0) Gecko/20100101 Firefox/144.0
desktop | Firefox | 150 | macOS | ${GECKO_MAC}; rv:150.0) Gecko/20100101 Firefox/150.0
desktop | Firefox | 134 | NetBSD | Mozilla/5.0 (X11; NetBSD amd64; rv:134.0) Gecko/20100101 Firefox/134.0
desktop | Firefox | 133 | OpenBSD | Mozilla/5.0 (X11; OpenBSD amd64; rv:133.0) Gecko/20100101 Firefox/133.0
desktop | Firefox | 52 | Windows | Mozilla/5.0 (Windows NT 6.1; WOW64; Tablet PC 2.0; rv:52.0) Gecko/20100101 Firefox/52.0
desktop | Firefox | 115 | Windows | Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:109.0) Gecko/20100101 Firefox/115.0
desktop | Firefox | 128 | Windows | ${GECKO_WINDOWS}; rv:128.0) Gecko/20100101 Firefox/128.0
desktop | Firefox | 132 | Windows | ${GECKO_WINDOWS}; rv:132.0) Gecko/20100101 Firefox/132.0
desktop | Firefox | 134 | Windows | ${GECKO_WINDOWS}; rv:134.0) Gecko/20100101 Firefox/134.0
desktop | Firefox | 139 | Windows | ${GECKO_WINDOWS}; rv:139.0) Gecko/20100101 Firefox/139.0
desktop | Firefox | 140 | Windows | Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0
desktop | Firefox | 143 | Windows | ${GECKO_WINDOWS}; rv:143.0) Gecko/20100101 Firefox/143.0
desktop | Firefox | 145 | Windows | ${GECKO_WINDOWS}; rv:145.0) Gecko/20100101 Firefox/145.0
desktop | Firefox | 149 | Windows | ${GECKO_WINDOWS}; rv:149.0) Gecko/20100101 Firefox/149.0
mobile | Firefox Focus | 8 | Android | Mozilla/5.0 (Linux; Android 11; Pixel 4a) ${BLINK} Version/4.0 Focus/8.15.1 Chrome/96.0.4664.45 Mobile Safari/537.36
mobile | Firefox Focus | 138 | iOS | ${IPHONE} Focus/138.0 Mobile/15E148 Safari/605.1.15
desktop | LibreWolf | 135 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:135.0) Gecko/20100101 Firefox/135.0 LibreWolf/135.0
desktop | Mullvad Browser | 128 | macOS | ${GECKO_MAC}; rv:128.0) Gecko/20100101 MullvadBrowser/128.5.0
desktop | Pale Moon | 33 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Goanna/6.7 Firefox/102.0 PaleMoon/33.5.1
desktop | Pale Moon | 33 | Windows | ${GECKO_WINDOWS}; rv:128.0) Goanna/6.8 Firefox/128.0 PaleMoon/33.8.0
desktop | SeaMonkey | 2 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 SeaMonkey/2.53.21
desktop | SeaMonkey | 2 | Windows | ${GECKO_WINDOWS}; rv:91.0) Gecko/20100101 Firefox/91.0 SeaMonkey/2.53.20
desktop | Waterfox | 56 | Windows | ${GECKO_WINDOWS}; rv:56.0) Gecko/20100101 Firefox/56.0 Waterfox/56.6.2022.11

## Safari
mobile | Safari | 12 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 12_5_7 like Mac OS X) ${WEBKIT} Version/12.1.2 Mobile/15E148 Safari/604.1
mobile | Safari | 15 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 15_8_4 like Mac OS X) ${WEBKIT} Version/15.6.7 Mobile/15E148 Safari/604.1
mobile | Safari | 15 | iOS | Mozilla/5.0 (iPod touch; CPU iPhone OS 15_8 like Mac OS X) ${WEBKIT} Version/15.6.6 Mobile/15E148 Safari/604.1
mobile | Safari | 16 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 16_7_11 like Mac OS X) ${WEBKIT} Version/16.6.1 Mobile/15E148 Safari/604.1
mobile | Safari | 17 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 17_7_2 like Mac OS X) ${WEBKIT} Version/17.7.2 Mobile/15E148 Safari/604.1
mobile | Safari | 18 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Version/18.1 Mobile/15E148 Safari/604.1
mobile | Safari | 18 | iOS | ${IPHONE} Version/18.3 Mobile/15E148 Safari/604.1
mobile | Safari | 18 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_6_2 like Mac OS X) ${WEBKIT} Version/18.6 Mobile/15E148 Safari/604.1
mobile | Safari | 26 | iOS | ${IPHONE_26} Version/26.0 Mobile/15E148 Safari/604.1
mobile | Safari | 26 | iOS | ${IPHONE_26} Version/26.2 Mobile/15E148 Safari/604.1
mobile | Safari | 26 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 26_0_1 like Mac OS X) ${WEBKIT} Version/26.0.1 Mobile/15E148 Safari/604.1
tablet | Safari | 12 | iOS | Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) ${WEBKIT} Version/12.1.2 Mobile/15E148 Safari/604.1
tablet | Safari | 16 | iOS | Mozilla/5.0 (iPad; CPU OS 16_7_10 like Mac OS X) ${WEBKIT} Version/16.6.1 Mobile/15E148 Safari/604.1
tablet | Safari | 17 | iOS | Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) ${WEBKIT} Version/17.6 Mobile/15E148 Safari/604.1
tablet | Safari | 18 | iOS | ${IPAD} Version/18.4 Mobile/15E148 Safari/604.1
~ An iPad asks for desktop sites by itself, with the very words of a Mac.
tablet | Safari | 18 | iOS | ${MAC} ${WEBKIT} Version/18.5 Safari/605.1.15
tablet | Safari | 26 | iOS | ${IPAD_26} Version/26.0 Mobile/15E148 Safari/604.1
desktop | Safari | 60 | Linux | ${LINUX} ${WEBKIT} Version/60.5 Safari/605.1.15
desktop | Safari | 13 | macOS | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13_6) ${WEBKIT} Version/13.1.2 Safari/605.1.15
desktop | Safari | 16 | macOS | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_6) ${WEBKIT} Version/16.6 Safari/605.1.15
desktop | Safari | 17 | macOS | ${MAC} ${WEBKIT} Version/17.4.1 Safari/605.1.15
desktop | Safari | 18 | macOS | ${MAC} ${WEBKIT} Version/18.1 Safari/605.1.15
desktop | Safari | 18 | macOS | ${MAC} ${WEBKIT} Version/18.3 Safari/605.1.15
desktop | Safari | 18 | macOS | ${MAC} ${WEBKIT} Version/18.6 Safari/605.1.15
desktop | Safari | 26 | macOS | ${MAC} ${WEBKIT} Version/26.0 Safari/605.1.15
desktop | Safari | 26 | macOS | ${MAC} ${WEBKIT} Version/26.1 Safari/605.1.15
desktop | Safari | 26 | macOS | ${MAC} ${WEBKIT} Version/26.4 Safari/605.1.15

## Opera
mobile | Opera | 86 | Android | ${ANDROID} ${BLINK} Chrome/128.0.0.0 Mobile Safari/537.36 OPR/86.0.0.0
mobile | Opera | 88 | Android | ${ANDROID} ${BLINK} Chrome/131.0.0.0 Mobile Safari/537.36 OPR/88.0.0.0
mobile | Opera | 91 | Android | ${ANDROID} ${BLINK} Chrome/137.0.0.0 Mobile Safari/537.36 OPR/91.0.0.0
mobile | Opera | 92 | Android | Mozilla/5.0 (Linux; Android 15; TECNO PHANTOM V Fold) ${BLINK} Chrome/138.0.0.0 Mobile Safari/537.36 OPR/92.0.0.0
tablet | Opera | 90 | Android | ${ANDROID} ${BLINK} Chrome/135.0.0.0 Safari/537.36 OPR/90.0.0.0
mobile | Opera | 5 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Version/17.5 Mobile/15E148 Safari/604.1 OPT/5.0.7
mobile | Opera | 5 | iOS | ${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1 OPT/5.4.4
mobile | Opera | 6 | iOS | ${IPHONE_26} Version/26.0 Mobile/15E148 Safari/604.1 OPT/6.1.1
tablet | Opera | 5 | iOS | ${IPAD} Version/18.4 Mobile/15E148 Safari/604.1 OPT/5.3.1
desktop | Opera | 117 | Linux | ${LINUX} ${BLINK} Chrome/132.0.0.0 Safari/537.36 OPR/117.0.0.0
desktop | Opera | 120 | macOS | ${MAC} ${BLINK} Chrome/135.0.0.0 Safari/537.36 OPR/120.0.0.0
desktop | Opera | 95 | Windows | Mozilla/5.0 (Windows NT 6.1; Win64; x64) ${BLINK} Chrome/109.0.0.0 Safari/537.36 OPR/95.0.0.0 (Edition std-1)
desktop | Opera | 114 | Windows | ${WINDOWS} ${BLINK} Chrome/129.0.0.0 Safari/537.36 OPR/114.0.0.0
desktop | Opera | 116 | Windows | ${WINDOWS} ${BLINK} Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0
desktop | Opera | 119 | Windows | ${WINDOWS} ${BLINK} Chrome/134.0.0.0 Safari/537.36 OPR/119.0.0.0
desktop | Opera | 122 | Windows | ${WINDOWS} ${BLINK} Chrome/138.0.0.0 Safari/537.36 OPR/122.0.0.0
desktop | Opera | 127 | Windows | ${WINDOWS} ${BLINK} Chrome/143.0.0.0 Safari/537.36 OPR/127.0.0.0
mobile | Opera GX | 2 | iOS | ${IPHONE} Version/18.3 Mobile/15E148 Safari/604.1 OPX/2.6.4
mobile | Opera Mini | 76 | Android | Opera/9.80 (Android; Opera Mini/76.0.2254/191.303; U; en) Presto/2.12.423 Version/12.16
mobile | Opera Mini | 80 | Android | Mozilla/5.0 (Linux; U; Android 13; SM-A125F Build/TP1A.220624.014; wv) ${BLINK} Version/4.0 Chrome/132.0.6834.80 Mobile Safari/537.36 OPR/80.0.2254.71805
mobile | Opera Mini | 84 | Android | Opera/9.80 (Android; Opera Mini/84.0.2254/191.350; U; en) Presto/2.12.423 Version/12.16
mobile | Opera Mini | 16 | iOS | ${IPHONE} OPiOS/16.0.15.124050 Mobile/15E148 Safari/9537.53
mobile | Opera Mini | 8 | Unknown | Opera/9.80 (J2ME/MIDP; Opera Mini/8.0.35626/191.355; U; en) Presto/2.12.423 Version/12.16

## Samsung Internet
mobile | Samsung Internet | 19 | Android | Mozilla/5.0 (Linux; Android 9; SAMSUNG SM-J730F) ${BLINK} SamsungBrowser/19.0 Chrome/102.0.5005.125 Mobile Safari/537.36
mobile | Samsung Internet | 27 | Android | ${ANDROID} ${BLINK} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36
mobile | Samsung Internet | 27 | Android | Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-F731B) ${BLINK} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36
mobile | Samsung Internet | 28 | Android | ${ANDROID} ${BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36
mobile | Samsung Internet | 28 | Android | Mozilla/5.0 (Linux; Android 15; SAMSUNG SM-S938B) ${BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36
mobile | Samsung Internet | 29 | Android | ${ANDROID} ${BLINK} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36
mobile | Samsung Internet | 30 | Android | ${ANDROID} ${BLINK} SamsungBrowser/30.0 Chrome/142.0.0.0 Mobile Safari/537.36
tablet | Samsung Internet | 26 | Android | Mozilla/5.0 (Linux; Android 14; SM-X810) ${BLINK} SamsungBrowser/26.0 Chrome/122.0.0.0 Safari/537.36
tablet | Samsung Internet | 28 | Android | ${ANDROID} ${BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36
tablet | Samsung Internet | 28 | Android | Mozilla/5.0 (Linux; Android 15; SAMSUNG SM-F956B) ${BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36
tablet | Samsung Internet | 28 | Android | Mozilla/5.0 (Linux; Android 15; SAMSUNG SM-X916B) ${BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36
tablet | Samsung Internet | 28 | Android | ${LINUX} ${BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36
tablet | Samsung Internet | 29 | Android | ${LINUX} ${BLINK} SamsungBrowser/29.0 Chrome/136.0.0.0 Safari/537.36

## Vivaldi, DuckDuckGo, Ecosia and others that name themselves
mobile | Aloha | 5 | Android | ${ANDROID} ${BLINK} Chrome/134.0.0.0 Mobile Safari/537.36 AlohaBrowser/5.12.0
mobile | Aloha | 3 | Android | ${ANDROID} ${BLINK} Chrome/131.0.0.0 Mobile Safari/537.36 ABB/3.8.0
mobile | Avast Secure Browser | 7 | Android | ${ANDROID} ${BLINK} Chrome/134.0.6998.39 Mobile AvastSecureBrowser/7.9.1 Safari/537.36
desktop | Avast Secure Browser | 135 | Windows | ${WINDOWS} ${BLINK} Chrome/135.0.0.0 Safari/537.36 Avast/135.0.0.0
desktop | AVG Secure Browser | 136 | Windows | ${WINDOWS} ${BLINK} Chrome/136.0.0.0 Safari/537.36 AVG/136.0.0.0
desktop | Avira Secure Browser | 134 | Windows | ${WINDOWS} ${BLINK} Chrome/134.0.0.0 Safari/537.36 Avira/134.0.0.0
mobile | Brave | 1 | iOS | ${IPHONE_26} Version/26.0 Brave/1 Mobile/15E148 Safari/604.1
mobile | Brave | Unknown | iOS | ${IPHONE_26} Mobile/15E148 Safari/604.1 Brave
tablet | Brave | Unknown | iOS | ${IPAD} Mobile/15E148 Safari/604.1 (Brave)
desktop | CCleaner Browser | 133 | Windows | ${WINDOWS} ${BLINK} Chrome/133.0.0.0 Safari/537.36 CCleaner/133.0.0.0
mobile | DuckDuckGo | 5 | Android | ${ANDROID} ${BLINK} Chrome/129.0.0.0 Mobile DuckDuckGo/5 Safari/537.36
mobile | DuckDuckGo | 5 | Android | Mozilla/5.0 (Linux; Android 14) ${BLINK} Version/4.0 Chrome/137.0.0.0 Mobile DuckDuckGo/5 Safari/537.36
mobile | DuckDuckGo | 137 | Android | ${ANDROID} ${BLINK} Chrome/137.0.0.0 Mobile Safari/537.36 Ddg/137.0.0.0
mobile | DuckDuckGo | 7 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Version/18.1 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15
mobile | DuckDuckGo | 18 | iOS | ${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1 Ddg/18.5
desktop | DuckDuckGo | 17 | macOS | ${MAC} ${WEBKIT} Version/17.6 Safari/605.1.15 Ddg/17.6
desktop | DuckDuckGo | 18 | macOS | ${MAC} ${WEBKIT} Version/18.5 Safari/605.1.15 Ddg/18.5
desktop | DuckDuckGo | 137 | Windows | ${WINDOWS} ${BLINK} Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0 Ddg/137.0.0.0
mobile | Ecosia | 137 | Android | ${ANDROID} ${BLINK} Chrome/137.0.0.0 Mobile Safari/537.36 (Ecosia android@137.0.7151.61)
mobile | Ecosia | 11 | iOS | ${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1 (Ecosia ios@11.4.0.2522)
desktop | Electron | 33 | Windows | ${WINDOWS} ${BLINK} discord/1.0.9187 Chrome/130.0.6723.191 Electron/33.4.0 Safari/537.36
desktop | Epiphany | 18 | Linux | ${LINUX} ${WEBKIT} Version/18.0 Safari/605.1.15 Epiphany/605.1.15
desktop | Falkon | 24 | Linux | ${LINUX} ${BLINK} Falkon/24.12.1 Chrome/122.0.6261.171 Safari/537.36
desktop | Konqueror | Unknown | Linux | ${LINUX} ${BLINK} QtWebEngine/6.7.2 Chrome/118.0.5993.220 Safari/537.36 Konqueror (WebEngine)
desktop | Maxthon | 7 | Windows | ${WINDOWS} ${BLINK} Chrome/124.0.0.0 Safari/537.36 Maxthon/7.3.1.8800
desktop | Norton Browser | 135 | Windows | ${WINDOWS} ${BLINK} Chrome/135.0.0.0 Safari/537.36 Norton/135.0.0.0
mobile | Puffin | 10 | Android | Mozilla/5.0 (X11; U; Linux x86_64; en-US) ${BLINK} Chrome/114.0.5735.130 Mobile Safari/537.36 Puffin/10.4.1.51642AP
desktop | qutebrowser | 3 | Linux | ${LINUX} ${BLINK} QtWebEngine/6.8.2 Chrome/122.0.6261.171 Safari/537.36 qutebrowser/3.4.0
mobile | Seznam Browser | 13 | Android | ${ANDROID} ${BLINK} Version/4.0 Chrome/136.0.0.0 Mobile Safari/537.36 SznProhlizec/13.4.1a
desktop | Seznam Browser | 12 | Windows | ${WINDOWS} ${BLINK} Chrome/136.0.0.0 Safari/537.36 SznProhlizec/12.11.1
desktop | Slack | 4 | Windows | ${WINDOWS} ${BLINK} Slack/4.41.97 Chrome/130.0.6723.118 Electron/33.2.0 Safari/537.36
desktop | Teams | 25122 | Windows | ${WINDOWS} ${BLINK} Chrome/136.0.0.0 Safari/537.36 Edg/136.0.3240.64 Teams/25122.1415.3698.6812/49
mobile | Vivaldi | 7 | Android | ${ANDROID} ${BLINK} Chrome/134.0.0.0 Mobile Safari/537.36 Vivaldi/7.3.3635.14
desktop | Vivaldi | 7 | Linux | ${LINUX} ${BLINK} Chrome/138.0.0.0 Safari/537.36 Vivaldi/7.5.3735.54
desktop | Vivaldi | 7 | Windows | ${WINDOWS} ${BLINK} Chrome/130.0.0.0 Safari/537.36 Vivaldi/7.0.3495.11
desktop | Vivaldi | 7 | Windows | ${WINDOWS} ${BLINK} Chrome/136.0.0.0 Safari/537.36 Vivaldi/7.4.3684.38

## Browsers of Russia, China, Korea, Vietnam and of phone makers
desktop | 360 Browser | Unknown | Windows | ${WINDOWS} ${BLINK} Chrome/132.0.0.0 Safari/537.36 QIHU 360SE
desktop | 360 Browser | Unknown | Windows | Mozilla/5.0 (Windows NT 10.0; WOW64) ${BLINK} Chrome/86.0.4240.198 Safari/537.36 QIHU 360ENT
desktop | Cốc Cốc | 138 | Windows | ${WINDOWS} ${BLINK} coc_coc_browser/138.0.254 Chrome/132.0.6834.254 Safari/537.36
desktop | HarmonyOS WebView | 6 | HarmonyOS | Mozilla/5.0 (PC; OpenHarmony 6.0) ${BLINK} Chrome/132.0.0.0 Safari/537.36 ArkWeb/6.0.0.47
mobile | HarmonyOS WebView | 4 | HarmonyOS | Mozilla/5.0 (Phone; OpenHarmony 5.0) ${BLINK} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile
tablet | HarmonyOS WebView | 4 | HarmonyOS | Mozilla/5.0 (Tablet; OpenHarmony 5.0) ${BLINK} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1
mobile | HeyTap Browser | 45 | Android | Mozilla/5.0 (Linux; U; Android 15; zh-cn; PJZ110 Build/AP3A.240617.008) ${BLINK} Version/4.0 Chrome/115.0.5790.168 Mobile Safari/537.36 HeyTapBrowser/45.12.4.1
mobile | Hi Browser | 2 | Android | Mozilla/5.0 (Linux; U; Android 14; en; Infinix X6837 Build/UP1A.231005.007) ${BLINK} Version/4.0 Chrome/103.0.5060.129 HiBrowser/v2.21.4.1 UWS/ Mobile Safari/537.36
mobile | Honor Browser | 1 | Android | Mozilla/5.0 (Linux; Android 15; BVL-AN16) ${BLINK} Chrome/116.0.5845.114 HonorBrowser/1.2.0 Mobile Safari/537.36
mobile | Huawei Browser | 15 | Android | Mozilla/5.0 (Linux; Android 12; ELS-NX9; HMSCore 6.13.0.321) ${BLINK} Chrome/114.0.5735.196 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36
mobile | Huawei Browser | 15 | Android | Mozilla/5.0 (Linux; Android 12; NOH-NX9; HMSCore 6.15.0.302) ${BLINK} Chrome/114.0.5735.196 HuaweiBrowser/15.0.10.300 Mobile Safari/537.36
tablet | Huawei Browser | 14 | Android | Mozilla/5.0 (Linux; Android 10; AGS3-W09) ${BLINK} Chrome/114.0.5735.196 HuaweiBrowser/14.0.5.303 Safari/537.36
mobile | Huawei Browser | 5 | HarmonyOS | Mozilla/5.0 (Phone; OpenHarmony 5.0) ${BLINK} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.301
mobile | Huawei Browser | 16 | HarmonyOS | Mozilla/5.0 (Linux; Android 12; HarmonyOS; ALN-AL00; HMSCore 6.15.0.332) ${BLINK} Chrome/114.0.5735.196 HuaweiBrowser/16.0.6.303 Mobile Safari/537.36
tablet | Huawei Browser | 15 | HarmonyOS | Mozilla/5.0 (Linux; Android 12; HarmonyOS; DBY-W09; HMSCore 6.13.0.322) ${BLINK} Chrome/99.0.4844.88 HuaweiBrowser/15.0.4.312 Safari/537.36
desktop | Lenovo Browser | 9 | Windows | ${WINDOWS} ${BLINK} Chrome/128.0.0.0 Safari/537.36 SLBrowser/9.0.6.2081 SLBChan/103 SLBVPV/64-bit
mobile | Mint Browser | 3 | Android | Mozilla/5.0 (Linux; U; Android 11; en-in; M2004J19C Build/RP1A.200720.011) ${BLINK} Version/4.0 Chrome/89.0.4389.116 Mobile Safari/537.36 XiaoMi/Mint Browser/3.9.3
mobile | MIUI Browser | 14 | Android | Mozilla/5.0 (Linux; U; Android 13; en-US; 2201117TG Build/TKQ1.221114.001) ${BLINK} Version/4.0 Chrome/123.0.6312.118 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.21.0-gn
mobile | MIUI Browser | 14 | Android | Mozilla/5.0 (Linux; U; Android 14; en-gb; 23106RN0DA Build/UP1A.231005.007) ${BLINK} Version/4.0 Chrome/128.0.6613.40 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.33.0-gn
mobile | MIUI Browser | 19 | Android | Mozilla/5.0 (Linux; U; Android 15; zh-cn; 24129PN74C Build/AQ3A.240627.003) ${BLINK} Version/4.0 Chrome/118.0.5993.65 Mobile Safari/537.36 XiaoMi/MiuiBrowser/19.7.30507
mobile | Phoenix | 18 | Android | Mozilla/5.0 (Linux; U; Android 13; en; TECNO BF7 Build/TP1A.220624.014) ${BLINK} Version/4.0 Chrome/136.0.7103.125 Mobile Safari/537.36 PHX/18.4
mobile | QQ Browser | 15 | Android | Mozilla/5.0 (Linux; U; Android 14; zh-cn; 23127PN0CC Build/UKQ1.230804.001) ${BLINK} Version/4.0 Chrome/109.0.5414.86 MQQBrowser/15.6 Mobile Safari/537.36 COVC/048001
mobile | QQ Browser | 15 | iOS | ${IPHONE} Version/16.0 MQQBrowser/15.7.2 Mobile/15E148 Safari/604.1 QBWebViewUA/2 QBWebViewType/1 WKType/1
desktop | QQ Browser | 20 | macOS | ${MAC} ${BLINK} Chrome/132.0.0.0 Safari/537.36 QQBrowser/20.0.0
desktop | QQ Browser | 19 | Windows | ${WINDOWS} ${BLINK} Chrome/123.0.0.0 Safari/537.36 QQBrowser/19.5.0.0
mobile | Quark | 7 | Android | Mozilla/5.0 (Linux; U; Android 14; zh-CN; 22081212C Build/UKQ1.230917.001) ${BLINK} Version/4.0 Chrome/100.0.4896.58 Quark/7.10.5.810 Mobile Safari/537.36
mobile | Quark | 7 | iOS | ${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1 Quark/7.12.0.2640
desktop | Quark | 2 | Windows | ${WINDOWS} ${BLINK} Chrome/112.0.0.0 Safari/537.36 QuarkPC/2.3.0.410
desktop | Sber Browser | 21 | Windows | ${WINDOWS} ${BLINK} Chrome/129.0.0.0 Safari/537.36 SberBrowser/21.0.0.0
desktop | Sogou Browser | 2 | Windows | Mozilla/5.0 (Windows NT 10.0; WOW64) ${BLINK} Chrome/80.0.3987.87 Safari/537.36 SE 2.X MetaSr 1.0
mobile | UC Browser | 13 | Android | Mozilla/5.0 (Linux; U; Android 12; en-US; RMX3363 Build/RKQ1.210503.001) ${BLINK} Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.7.2.1636 Mobile Safari/537.36
mobile | UC Browser | 13 | Android | Mozilla/5.0 (Linux; U; Android 14; en-US; RMX3630 Build/UP1A.231005.007) ${BLINK} Version/4.0 Chrome/123.0.6312.80 UCBrowser/13.8.2.1324 Mobile Safari/537.36
mobile | UC Browser | 17 | Android | Mozilla/5.0 (Linux; U; Android 15; zh-CN; V2329A Build/AP3A.240905.015.A2) ${BLINK} Version/4.0 Chrome/123.0.6312.80 UCBrowser/17.7.6.1398 Mobile Safari/537.36
mobile | UC Browser | 15 | Android | Mozilla/5.0 (Linux; Android 15; en-US; SM-A556E Build/AP3A.240905.015.A2) ${BLINK} Chrome/123.0.6312.80 UCMobile/15.1.2.1390 Mobile Safari/537.36
mobile | UC Browser | 17 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X; zh-CN) AppleWebKit/537.51.1 (KHTML, like Gecko) Mobile/22F76 UCBrowser/17.6.5.2587 Mobile AliApp(TUnionSDK/0.1.20)
mobile | Vivo Browser | 24 | Android | Mozilla/5.0 (Linux; Android 14; V2309A; wv) ${BLINK} Version/4.0 Chrome/115.0.5790.62 Mobile Safari/537.36 VivoBrowser/24.1.6.0
mobile | Whale | 3 | Android | Mozilla/5.0 (Linux; Android 14; SM-S921N) ${BLINK} Chrome/134.0.0.0 Whale/3.8.0.6 Mobile Safari/537.36
mobile | Whale | 3 | iOS | ${IPHONE} Version/18.0.0 Whale/3.8.1.5245 Mobile/15E148 Safari/605.1.15
desktop | Whale | 4 | macOS | ${MAC} ${BLINK} Chrome/136.0.0.0 Whale/4.32.315.22 Safari/537.36
desktop | Whale | 4 | Windows | ${WINDOWS} ${BLINK} Chrome/128.0.0.0 Whale/4.28.266.14 Safari/537.36
desktop | Whale | 4 | Windows | ${WINDOWS} ${BLINK} Chrome/134.0.0.0 Whale/4.31.304.16 Safari/537.36
mobile | Yandex app | 25 | Android | Mozilla/5.0 (Linux; arm_64; Android 14; SM-A546E) ${BLINK} Chrome/136.0.7103.125 YaApp_Android/25.60.1/apad YaSearchBrowser/25.60.1/apad BroPP/1.0 SA/3 Mobile Safari/537.36
mobile | Yandex app | 2025 | iOS | ${IPHONE} Version/18.0 YaBrowser/19.5.2.38.10 YaApp_iOS/2025.84 YaApp_iOS_Browser/2025.84 Safari/604.1 SA/3
mobile | Yandex Browser | 25 | Android | ${ANDROID} ${BLINK} Chrome/136.0.7103.126 YaBrowser/25.6.4.126.00 SA/3 Mobile Safari/537.36
tablet | Yandex Browser | 25 | Android | ${ANDROID} ${BLINK} Chrome/134.0.6998.178 YaBrowser/25.4.3.178.01 Safari/537.36
mobile | Yandex Browser | 25 | iOS | ${IPHONE} Version/18.0 YaBrowser/25.8.4.580.10 SA/3 Mobile/15E148 Safari/604.1
desktop | Yandex Browser | 25 | Linux | ${LINUX} ${BLINK} Chrome/136.0.0.0 YaBrowser/25.6.0.0 Safari/537.36
desktop | Yandex Browser | 25 | macOS | ${MAC} ${BLINK} Chrome/138.0.0.0 YaBrowser/25.8.0.0 Safari/537.36
desktop | Yandex Browser | 24 | Windows | ${WINDOWS} ${BLINK} Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36
desktop | Yandex Browser | 25 | Windows | ${WINDOWS} ${BLINK} Chrome/134.0.0.0 YaBrowser/25.4.0.0 Safari/537.36
desktop | Yandex Browser | 25 | Windows | Mozilla/5.0 (Windows NT 10.0; WOW64) ${BLINK} Chrome/136.0.0.0 YaBrowser/25.6.0.0 Safari/537.36

## Facebook, Instagram, Messenger, Threads, WhatsApp
mobile | Facebook | 460 | Android | Mozilla/5.0 (Linux; Android 11; itel A661L Build/RP1A.201005.001; wv) ${BLINK} Version/4.0 Chrome/134.0.6998.135 Mobile Safari/537.36[FBAN/EMA;FBLC/en_GB;FBAV/460.0.0.11.107;FBCX/modulariab;]
mobile | Facebook | 490 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/130.0.6723.102 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/490.0.0.63.82;]
mobile | Facebook | 510 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/134.0.6998.136 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/510.0.0.53.109;IABMV/1;]
mobile | Facebook | 525 | Android | Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/BP1A.250505.005; wv) ${BLINK} Version/4.0 Chrome/137.0.7151.90 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/525.0.0.53.107;IABMV/1;]
mobile | Facebook | Unknown | Android | Mozilla/5.0 (Linux; Android 16; Pixel 9 Build/BP3A.250905.014; wv) ${BLINK} Version/4.0 Chrome/145.0.7632.120 Mobile Safari/537.36 MetaIAB Facebook
tablet | Facebook | 511 | Android | Mozilla/5.0 (Linux; Android 14; SM-X205 Build/UP1A.231005.007; wv) ${BLINK} Version/4.0 Chrome/134.0.6998.109 Safari/537.36 [FB_IAB/FB4A;FBAV/511.0.0.54.89;IABMV/1;]
mobile | Facebook | 489 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Mobile/22B83 [FBAN/FBIOS;FBAV/489.0.0.52.99;FBBV/659362573;FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/18.1;FBSS/3;FBID/phone;FBLC/en_US;FBOP/5]
mobile | Facebook | 520 | iOS | ${IPHONE} Mobile/22F76 [FBAN/FBIOS;FBAV/520.0.0.38.101;FBBV/756351453;FBDV/iPhone16,2;FBMD/iPhone;FBSN/iOS;FBSV/18.5;FBSS/3;FBID/phone;FBLC/en_US;FBOP/5;FBRV/758119347;IABMV/1]
mobile | Facebook | 531 | iOS | ${IPHONE} Mobile/22G86 [FBAN/FBIOS;FBAV/531.0.0.50.103;FBBV/791843321;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/18.6;FBSS/3;FBCR/;FBID/phone;FBLC/de_DE;FBOP/80]
mobile | Facebook | 533 | iOS | ${IPHONE} Mobile/22G90 [FBAN/FBIOS;FBAV/533.0.0.38.102;FBBV/797654321;FBDV/iPhone15,3;FBMD/iPhone;FBSN/iOS;FBSV/18.6;FBSS/3;FBCR/Google Fi;FBID/phone;FBLC/en_US;FBOP/80]
tablet | Facebook | 515 | iOS | ${IPAD} Mobile/22E240 [FBAN/FBIOS;FBAV/515.0.0.44.93;FBBV/736284190;FBDV/iPad13,18;FBMD/iPad;FBSN/iPadOS;FBSV/18.4;FBSS/2;FBID/tablet;FBLC/en_US;FBOP/5]
mobile | Instagram | 357 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/130.0.6723.102 Mobile Safari/537.36 Instagram 357.0.0.44.107 Android (34/14; 480dpi; 1080x2115; samsung; SM-S918B; dm3q; qcom; de_DE; 662944209)
mobile | Instagram | 384 | Android | Mozilla/5.0 (Linux; Android 15; SM-S928U Build/AP3A.240905.015.A2; wv) ${BLINK} Version/4.0 Chrome/137.0.7151.61 Mobile Safari/537.36 Instagram 384.0.0.46.83 Android (35/15; 450dpi; 1080x2340; samsung; SM-S928U; e3q; qcom; en_US; 742167493; IABMV/1)
mobile | Instagram | 391 | Android | Mozilla/5.0 (Linux; Android 16; Pixel 8 Build/BP2A.250605.031; wv) ${BLINK} Version/4.0 Chrome/138.0.7204.63 Mobile Safari/537.36 Instagram 391.0.0.43.87 Android (36/16; 420dpi; 1080x2181; Google/google; Pixel 8; shiba; shiba; en_US; 762341876; IABMV/1)
mobile | Instagram | 356 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Mobile/22B83 Instagram 356.0.0.40.106 (iPhone15,3; iOS 18_1; en_US; en; scale=3.00; 1290x2796; 657362474; IABMV/1)
mobile | Instagram | 376 | iOS | ${IPHONE} Mobile/22E240 Instagram 376.0.0.20.98 (iPhone16,1; iOS 18_4; en_GB; en; scale=3.00; 1179x2556; IABMV/1; 719624563)
mobile | Instagram | 398 | iOS | ${IPHONE} Mobile/22G100 Instagram 398.0.0.28.74 (iPhone14,7; iOS 18_6_2; de_DE; de; scale=3.00; 1170x2532; IABMV/1; 788721343) NW/3
tablet | Instagram | 385 | iOS | ${MAC} ${WEBKIT} Instagram 385.0.0.40.82 (iPad13,1; iPadOS 18_4; en_US; en; scale=2.00; 750x1334; 744561243)
tablet | Instagram | 390 | iOS | ${IPAD} Mobile/22F76 Instagram 390.0.0.31.79 (iPad14,3; iPadOS 18_5; en_US; en; scale=2.00; 750x1334; IABMV/1; 759812342)
mobile | Messenger | 483 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/130.0.6723.102 Mobile Safari/537.36 [FB_IAB/Orca-Android;FBAV/483.0.0.47.77;]
mobile | Messenger | 506 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/135.0.7049.38 Mobile Safari/537.36 [FB_IAB/Orca-Android;FBAV/506.0.0.52.109;]
mobile | Messenger | 500 | iOS | ${IPHONE} Mobile/22D72 LightSpeed [FBAN/MessengerLiteForiOS;FBAV/500.0.0.41.108;FBBV/712341876;FBDV/iPhone13,2;FBMD/iPhone;FBSN/iOS;FBSV/18.3;FBSS/3;FBCR/;FBID/phone;FBLC/en;FBOP/0]
mobile | Messenger | 512 | iOS | ${IPHONE} Mobile/22F76 [FBAN/MessengerForiOS;FBAV/512.0.0.40.105;FBBV/742211021;FBDV/iPhone15,4;FBMD/iPhone;FBSN/iOS;FBSV/18.5;FBSS/3;FBCR/;FBID/phone;FBLC/en_US;FBOP/0]
mobile | Threads | 381 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/136.0.7103.60 Mobile Safari/537.36 Barcelona 381.0.0.36.109 Android (34/14; 480dpi; 1080x2115; samsung; SM-S918B; dm3q; qcom; en_US; 734512398)
mobile | Threads | 388 | iOS | ${IPHONE} Mobile/22F76 Barcelona 388.0.0.21.78 (iPhone15,2; iOS 18_5; en_US; en; scale=3.00; 1179x2556; 752341876; IABMV/1)

## Other apps that show pages themselves
mobile | Alipay | 10 | iOS | ${IPHONE} Mobile/22F76 Ariver/1.1.0 AliApp(AP/10.7.50.6000) Nebula WK RVKType(0) AlipayDefined(nt:WIFI,ws:393|788|3.0) AlipayClient/10.7.50.6000 Language/zh-Hans Region/CN NebulaX/1.0.0 XRiver/10.2.58.1
mobile | Android Browser | 4 | Android | Mozilla/5.0 (Linux; U; Android 4.4.2; en-us; GT-I9060I Build/KOT49H) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30
tablet | Android Browser | 4 | Android | Mozilla/5.0 (Linux; U; Android 4.1.2; en-us; GT-N8013 Build/JZO54K) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Safari/534.30
mobile | Android WebView | 131 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/131.0.6778.39 Mobile Safari/537.36
mobile | Android WebView | 133 | Android | Mozilla/5.0 (Linux; Android 13; TECNO PHANTOM X2 Build/TP1A.220624.014; wv) ${BLINK} Version/4.0 Chrome/133.0.6943.137 Mobile Safari/537.36
mobile | Android WebView | 137 | Android | Mozilla/5.0 (Linux; Android 15; Pixel 8a Build/BP1A.250505.005; wv) ${BLINK} Version/4.0 Chrome/137.0.7151.61 Mobile Safari/537.36
mobile | Android WebView | 138 | Android | Mozilla/5.0 (Linux; Android 10; K; wv) ${BLINK} Version/4.0 Chrome/138.0.0.0 Mobile Safari/537.36
tablet | Android WebView | 134 | Android | Mozilla/5.0 (Linux; Android 14; Lenovo TB350FU Build/UP1A.231005.007; wv) ${BLINK} Version/4.0 Chrome/134.0.6998.39 Safari/537.36
mobile | Baidu | 15 | Android | Mozilla/5.0 (Linux; Android 14; PHB110 Build/UKQ1.230924.001; wv) ${BLINK} Version/4.0 Chrome/97.0.4692.98 Mobile Safari/537.36 T7/15.17 SP-engine/3.40.0 baiduboxapp/15.17.0.10 (Baidu; P1 14) NABar/1.0
mobile | Baidu | 15 | iOS | ${IPHONE} Mobile/22F76 SP-engine/3.41.0 main%2F1.0 baiduboxapp/15.18.0.10 (Baidu; P2 18.5) NABar/1.0 themeUA=Theme/default
mobile | Bing | 31 | Android | Mozilla/5.0 (Linux; Android 14; SM-A146B Build/UP1A.231005.007; wv) ${BLINK} Version/4.0 Chrome/136.0.7103.60 Mobile Safari/537.36 BingSapphire/31.4.2110003560
mobile | Bing | 1 | iOS | ${IPHONE} Version/18.5 Mobile/15E148 Safari/605.1.15 BingSapphire/1.0.310601001
mobile | DingTalk | 7 | iOS | ${IPHONE} Mobile/22F76 AliApp(DingTalk/7.6.55) com.laiwang.DingTalk/44011217 Channel/201200 language/zh-Hans-CN UT4Aplus/0.0.6 WK
mobile | Douyin | 34 | iOS | ${IPHONE} Mobile/15E148 aweme_34.5.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/zh Region/CN AwemeSafeArea/1 AppTheme/dark BytedanceWebview/d8a21c6 WKWebView/1
mobile | Flipboard | 4 | iOS | ${IPHONE} Mobile/22F76 Flipboard/4.4.14
mobile | Google app | 16 | Android | ${ANDROID} ${BLINK} Chrome/136.0.0.0 Mobile Safari/537.36 GSA/16.20.46.29.arm64
mobile | Google app | 340 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} GSA/340.3.690337902 Mobile/15E148 Safari/604.1
mobile | Google app | 370 | iOS | ${IPHONE} GSA/370.0.760934214 Mobile/15E148 Safari/604.1
mobile | Google app | 395 | iOS | ${IPHONE_26} GSA/395.0.825311423 Mobile/15E148 Safari/604.1
tablet | Google app | 372 | iOS | ${IPAD} GSA/372.0.765432198 Mobile/15E148 Safari/604.1
mobile | iOS WebView | Unknown | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Mobile/15E148
mobile | iOS WebView | Unknown | iOS | ${IPHONE} Mobile/22F76
mobile | iOS WebView | Unknown | iOS | ${IPHONE_26} Mobile/15E148
tablet | iOS WebView | Unknown | iOS | ${IPAD} Mobile/15E148
mobile | KakaoTalk | 24 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/131.0.6778.39 Mobile Safari/537.36;KAKAOTALK 2411070
mobile | KakaoTalk | 25 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/137.0.7151.61 Mobile Safari/537.36;KAKAOTALK 2510450
mobile | KakaoTalk | 25 | iOS | ${IPHONE} Mobile/15E148 KAKAOTALK 25.4.1
mobile | LINE | 15 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/137.0.7151.61 Mobile Safari/537.36 Line/15.9.1/IAB
mobile | LINE | 14 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Mobile/15E148 Safari Line/14.18.0
mobile | LINE | 15 | iOS | ${IPHONE} Mobile/15E148 Safari Line/15.8.0
mobile | LinkedIn | Unknown | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/136.0.7103.125 Mobile Safari/537.36 [LinkedInApp]
mobile | LinkedIn | 9 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Mobile/15E148 [LinkedInApp]/9.30.1127
mobile | LinkedIn | 9 | iOS | ${IPHONE} Mobile/22E240 [LinkedInApp]/9.31.1340
desktop | macOS WebView | Unknown | macOS | ${MAC} ${WEBKIT}
mobile | Microsoft Start | 29 | Android | Mozilla/5.0 (Linux; Android 13; SM-G991B Build/TP1A.220624.014; wv) ${BLINK} Version/4.0 Chrome/136.0.7103.60 Mobile Safari/537.36 NewsSapphire/29.3.410225308
mobile | Naver | 12 | Android | Mozilla/5.0 (Linux; Android 14; SM-S921N Build/UP1A.231005.007; wv) ${BLINK} Version/4.0 Whale/1.0.0.0 Crosswalk/29.126.0.21 Mobile Safari/537.36 NAVER(inapp; search; 2000; 12.14.2)
mobile | Naver | 12 | iOS | ${IPHONE} Version/18.5 Mobile/15E148 Safari/605.1.15 NAVER(inapp; search; 2000; 12.13.3; 16PRO)
mobile | Pinterest | Unknown | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/137.0.7151.61 Mobile Safari/537.36 [Pinterest/Android]
mobile | Pinterest | Unknown | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Mobile/15E148 [Pinterest/iOS]
mobile | Pinterest | Unknown | iOS | ${IPHONE} Mobile/22F76 [Pinterest/iOS]
tablet | Pinterest | Unknown | iOS | ${IPAD} Mobile/22E240 [Pinterest/iOS]
mobile | QQ | 9 | Android | Mozilla/5.0 (Linux; Android 14; V2307A Build/UP1A.231005.007; wv) ${BLINK} Version/4.0 Chrome/121.0.6167.71 MQQBrowser/6.2 TBS/047925 Mobile Safari/537.36 V1_AND_SQ_9.1.65_8734_YYB_D QQ/9.1.65.24685 NetType/WIFI WebP/0.3.0 AppId/537286234 Pixel/1080
mobile | QQ | 9 | iOS | ${IPHONE} Mobile/15E148 QQ/9.1.70.614 V1_IPH_SQ_9.1.70_1_APP_A Pixel/1179 SimpleUISwitch/0 StudyMode/0 CurrentMode/0 CurrentFontScale/1.0 QQTheme/1000 AppId/537289321
mobile | Reddit | 2025 | iOS | ${IPHONE} Mobile/15E148 Reddit/2025.23.0
mobile | SmartNews | 25 | iOS | ${IPHONE} Mobile/22F76 SmartNews/25.6.0
mobile | Snapchat | 13 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/136.0.7103.60 Mobile Safari/537.36Snapchat13.44.0.51 (SM-S918B; Android 14#S918BXXS8CXL3#34; gzip; )
mobile | Snapchat | 13 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Version/18.1 Mobile/15E148 Snapchat/13.15.0.41 (like Safari/8619.2.8.10.7, panda)
mobile | Snapchat | 13 | iOS | ${IPHONE} Version/18.5 Mobile/15E148 Snapchat/13.45.0.47 (like Safari/8621.2.5.10.6, panda)
mobile | Telegram | 11 | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/137.0.7151.61 Mobile Safari/537.36 Telegram-Android/11.13.2 (Samsung SM-S918B; Android 14; SDK 34; HIGH)
mobile | TikTok | 38 | Android | Mozilla/5.0 (Linux; Android 13; moto g power (2022) Build/T3SGS33.165-46-4; wv) ${BLINK} Version/4.0 Chrome/133.0.6943.137 Mobile Safari/537.36 musical_ly_2023808050 JsSdk/1.0 NetType/MOBILE Channel/googleplay AppName/musical_ly app_version/38.8.5 ByteLocale/en ByteFullLocale/en Region/US AppId/1233 Spark/1.7.2.5 AppVersion/38.8.5 BytedanceWebview/d8a21c6
mobile | TikTok | 39 | Android | Mozilla/5.0 (Linux; Android 14; SM-A546E Build/UP1A.231005.007; wv) ${BLINK} Version/4.0 Chrome/136.0.7103.60 Mobile Safari/537.36 trill_2023903040 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/trill app_version/39.3.4 ByteLocale/en ByteFullLocale/en Region/GB AppId/1180 Spark/1.7.6.3-bugfix AppVersion/39.3.4 BytedanceWebview/d8a21c6
mobile | TikTok | 36 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Mobile/15E148 musical_ly_36.5.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/US BytedanceWebview/d8a21c6
mobile | TikTok | 39 | iOS | ${IPHONE} Mobile/15E148 musical_ly_39.8.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/de Region/DE isDarkMode/1 WKWebView/1 RevealType/Dialog BytedanceWebview/d8a21c6 FalconTag/7A1B
mobile | TikTok | 40 | iOS | ${IPHONE} Mobile/15E148 musical_ly_40.3.0 BytedanceWebview/d8a21c6
mobile | Toutiao | 10 | iOS | ${IPHONE} Mobile/15E148 NewsArticle/10.4.8.31 JsSdk/2.0 NetType/WIFI (NewsLite 10.4.8 18.500000)
mobile | WeChat | 8 | Android | Mozilla/5.0 (Linux; Android 12; M2007J3SC Build/SKQ1.211006.001; wv) ${BLINK} Version/4.0 Chrome/86.0.4240.99 XWEB/4313 MMWEBSDK/20220805 Mobile Safari/537.36 MMWEBID/1180 MicroMessenger/8.0.27.2220(0x28001B53) Process/tools WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64
mobile | WeChat | 8 | Android | Mozilla/5.0 (Linux; Android 14; 23113RKC6C Build/UKQ1.230804.001; wv) ${BLINK} Version/4.0 Chrome/134.0.6998.136 Mobile Safari/537.36 XWEB/1340157 MMWEBSDK/20250503 MMWEBID/4121 MicroMessenger/8.0.60.2860(0x28003C36) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64
mobile | WeChat | 8 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Mobile/15E148 MicroMessenger/8.0.54(0x18003631) NetType/WIFI Language/en
mobile | WeChat | 8 | iOS | ${IPHONE} Mobile/15E148 MicroMessenger/8.0.59(0x18003b2e) NetType/4G Language/zh_CN
desktop | WeChat | 8 | macOS | ${MAC} ${WEBKIT} Chrome/132.0.0.0 Safari/537.36 MicroMessenger/8.0.5 MacWechat/3.8.10(0x13080a10) XWEB/1227 Flue
desktop | WeChat | 7 | Windows | ${WINDOWS} ${BLINK} Chrome/132.0.0.0 Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090a13) UnifiedPCWindowsWechat(0xf2541022) XWEB/16203 Flue
mobile | Weibo | 15 | Android | Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1.230804.001; wv) ${BLINK} Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 Weibo (Xiaomi-23127PN0CC__weibo__15.6.0__android__android14)
mobile | Weibo | 15 | iOS | ${IPHONE} Mobile/15E148 Weibo (iPhone16,1__weibo__15.5.2__iphone__os18.5)
mobile | Weibo | Unknown | iOS | ${IPHONE} Mobile/15E148 WeiboIntliOS_iPhone_6810
mobile | X | Unknown | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/136.0.7103.60 Mobile Safari/537.36 TwitterAndroid
mobile | X | 10 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Mobile/22B83 Twitter for iPhone/10.66
mobile | X | 11 | iOS | ${IPHONE} Mobile/22F76 Twitter for iPhone/11.12
tablet | X | 11 | iOS | ${IPAD} Mobile/22E240 Twitter for iPad/11.2
mobile | Xiaohongshu | 8 | iOS | ${IPHONE} Mobile/22F76 XHSBundle/discover xhsdiscover/8.85.1 XHSWebView XHSTheme/light
mobile | Yahoo! Japan | 3 | Android | Mozilla/5.0 (Linux; Android 14; SC-51D Build/UP1A.231005.007; wv) ${BLINK} Version/4.0 Chrome/136.0.7103.60 Mobile Safari/537.36 YJApp-ANDROID jp.co.yahoo.android.yjtop/3.192.0
mobile | Yahoo! Japan | 4 | iOS | ${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1 YJApp-IOS jp.co.yahoo.ipn.appli/4.158.1
mobile | Zalo | Unknown | Android | ${WEBVIEW} ${BLINK} Version/4.0 Chrome/136.0.7103.60 Mobile Safari/537.36 Zalo android/25041234 ZaloTheme/light ZaloLanguage/vi
mobile | Zalo | Unknown | iOS | ${IPHONE} Mobile/22F76 Zalo iOS/633 ZaloTheme/light ZaloLanguage/vi

## Televisions, consoles, headsets, and what Amazon makes
desktop | Amazon Silk | 126 | Android | Mozilla/5.0 (Linux; Android 9; AFTMM) ${BLINK} Silk/126.2.1 like Chrome/126.0.6478.122 Safari/537.36
desktop | Amazon Silk | 130 | Android | Mozilla/5.0 (Linux; Android 11; AFTKA) ${BLINK} Silk/130.4.1 like Chrome/130.0.6723.102 Safari/537.36
desktop | Amazon Silk | 134 | Android | Mozilla/5.0 (Linux; Android 9; AFTSS) ${BLINK} Silk/134.2.1 like Chrome/134.0.6998.95 Safari/537.36
tablet | Amazon Silk | 126 | Android | Mozilla/5.0 (Linux; Android 11; KFTRWI) ${BLINK} Silk/126.3.1 like Chrome/126.0.6478.134 Safari/537.36
tablet | Amazon Silk | 128 | Android | ${LINUX} ${BLINK} Silk/128.5.1 like Chrome/128.0.6613.187 Safari/537.36
tablet | Amazon Silk | 132 | Android | Mozilla/5.0 (Linux; Android 11; KFRASWI) ${BLINK} Silk/132.3.1 like Chrome/132.0.6834.122 Safari/537.36
desktop | Android WebView | 131 | Android | Mozilla/5.0 (Linux; Android 14; Chromecast Build/UTTK.250305.005; wv) ${BLINK} Version/4.0 Chrome/131.0.6778.200 Mobile Safari/537.36
desktop | Android WebView | 134 | Android | Mozilla/5.0 (Linux; Android 14; Google TV Streamer Build/UTTK.250305.005; wv) ${BLINK} Version/4.0 Chrome/134.0.6998.109 Safari/537.36
desktop | Chrome | 120 | Android | Mozilla/5.0 (Linux; Android 12; BRAVIA 4K UR2) ${BLINK} Chrome/120.0.0.0 Safari/537.36
desktop | Chrome | 125 | Android | Mozilla/5.0 (Linux; Android 12; Smart TV Build/STT9.230113.001) ${BLINK} Chrome/125.0.6422.165 Safari/537.36
desktop | Chrome | 128 | Android | Mozilla/5.0 (Linux; Android) ${BLINK} Chrome/128.0.6585.0 Safari/537.36 CrKey/1.44.191160 DeviceType/AndroidTV
desktop | Chrome | 127 | Android | Mozilla/5.0 (Linux; Andr0id 12; BRAVIA 4K VH2) ${BLINK} Chrome/127.0.6533.120 Safari/537.36 OMI/4.25.1.90.StableAVB_Sony.1
desktop | Chrome | 120 | Fuchsia | Mozilla/5.0 (Fuchsia) ${BLINK} Chrome/120.0.0.0 Safari/537.36 CrKey/1.56.500000
desktop | Chrome | 109 | Linux | Mozilla/5.0 (X11; Linux armv7l) ${BLINK} Chrome/109.0.5414.122 Safari/537.36 CrKey/1.56.500000 DeviceType/SmartSpeaker
desktop | Edge | 44 | Xbox | ${GECKO_WINDOWS}; Xbox; Xbox One) ${BLINK} Chrome/64.0.3282.140 Safari/537.36 Edge/44.19041.4788
desktop | Edge | 128 | Xbox | ${GECKO_WINDOWS}; Xbox; Xbox One) ${BLINK} Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0
desktop | Edge | 136 | Xbox | ${GECKO_WINDOWS}; Xbox; Xbox Series X) ${BLINK} Chrome/136.0.0.0 Safari/537.36 Edg/136.0.0.0
desktop | LG TV | Unknown | WebOS | Mozilla/5.0 (Web0S; Linux/SmartTV) ${BLINK} Chrome/87.0.4280.88 Safari/537.36
desktop | LG TV | Unknown | WebOS | Mozilla/5.0 (Web0S; Linux/SmartTV) ${BLINK} Chrome/94.0.4606.128 Safari/537.36 DMOST/2.0.0 (; LGE; webOSTV; WEBOS7.5.0 04.41.60; W7_O20;)
desktop | LG TV | Unknown | WebOS | Mozilla/5.0 (Web0S; Linux/SmartTV) ${BLINK} Chrome/108.0.5359.211 Safari/537.36 WebAppManager
desktop | LG TV | Unknown | WebOS | Mozilla/5.0 (Web0S; Linux/SmartTV) ${BLINK} Chrome/120.0.6099.269 Safari/537.36 WebAppManager
desktop | Meta Quest Browser | 35 | Android | Mozilla/5.0 (X11; Linux x86_64; Quest 3) ${BLINK} OculusBrowser/35.2.0.8.51 Chrome/128.0.6613.146 VR Safari/537.36
desktop | Meta Quest Browser | 37 | Android | Mozilla/5.0 (Linux; Android 12; Quest 2) ${BLINK} OculusBrowser/37.0.0.7.48 Chrome/132.0.6834.188 Mobile VR Safari/537.36
desktop | Meta Quest Browser | 38 | Android | Mozilla/5.0 (X11; Linux x86_64; Quest 3S) ${BLINK} OculusBrowser/38.2.0.16.48 Chrome/134.0.6998.178 VR Safari/537.36
desktop | Meta Quest Browser | 39 | Android | Mozilla/5.0 (Linux; Android 14; Quest 3) ${BLINK} OculusBrowser/39.1.0.12.46 Chrome/136.0.7103.177 VR Safari/537.36
desktop | Nintendo Browser | 5 | Nintendo | Mozilla/5.0 (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/609.4 (KHTML, like Gecko) NF/6.0.3.15.4 NintendoBrowser/5.1.0.22474
desktop | Nintendo Browser | Unknown | Nintendo | Mozilla/5.0 (Nintendo Switch; WebApplet) AppleWebKit/613.0 (KHTML, like Gecko) NF/6.0.3.27.1
desktop | PlayStation Browser | 9 | PlayStation | Mozilla/5.0 (PlayStation 4 9.00) ${WEBKIT}
desktop | PlayStation Browser | 9 | PlayStation | Mozilla/5.0 (PlayStation; PlayStation 5/9.60) ${WEBKIT} Version/15.4 Safari/605.1.15
desktop | PlayStation Browser | 12 | PlayStation | Mozilla/5.0 (PlayStation; PlayStation 4/12.50) ${WEBKIT} Version/13.0 Safari/605.1.15
desktop | PlayStation Browser | 25 | PlayStation | Mozilla/5.0 (PlayStation; PlayStation 5/25.04) ${WEBKIT} Version/17.0 Safari/605.1.15
desktop | Roku TV | Unknown | Roku | Roku/DVP-14.5 (14.5.0.4200-88)
desktop | Samsung Internet | 2 | Tizen | Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) ${BLINK} SamsungBrowser/2.2 Chrome/63.0.3239.84 TV Safari/537.36
desktop | Samsung TV | Unknown | Tizen | Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.5) ${BLINK} 69.0.3497.106.1/5.5 TV Safari/537.36
desktop | Samsung TV | Unknown | Tizen | Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.5) ${BLINK} 85.0.4183.93/6.5 TV Safari/537.36
desktop | Samsung TV | Unknown | Tizen | Mozilla/5.0 (SMART-TV; LINUX; Tizen 8.0) ${BLINK} 108.0.5359.1/8.0 TV Safari/537.36
desktop | Samsung TV | Unknown | Tizen | Mozilla/5.0 (SMART-TV; LINUX; Tizen 9.0) ${BLINK} 120.0.6099.5/9.0 TV Safari/537.36
desktop | Wolvic | 1 | Android | Mozilla/5.0 (Android 14; Mobile VR; rv:140.0) Gecko/140.0 Firefox/140.0 Wolvic/1.8.2

## Feature phones and the last of older systems
mobile | BlackBerry | 10 | BlackBerry | Mozilla/5.0 (BB10; Touch) AppleWebKit/537.35+ (KHTML, like Gecko) Version/10.3.3.3216 Mobile Safari/537.35+
mobile | Edge | 15 | Windows Phone | Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) ${BLINK} Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15254
mobile | Firefox | 48 | KaiOS | Mozilla/5.0 (Mobile; LYF/F320B/LYF-F320B-001-01-15-130718-i;Android; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5
mobile | Firefox | 48 | KaiOS | Mozilla/5.0 (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5
mobile | Firefox | 84 | KaiOS | Mozilla/5.0 (Mobile; Nokia_2780_Flip; rv:84.0) Gecko/84.0 Firefox/84.0 KAIOS/3.1
`,
  5,
);
