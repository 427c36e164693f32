const GUIDES = ["html", "wordpress", "next", "gtm"] as const;
export type Guide = (typeof GUIDES)[number];

export const GUIDE_NAMES = [
  ["html", "HTML"],
  ["wordpress", "WordPress"],
  ["next", "Next.js"],
  ["gtm", "Tag Manager"],
] as const satisfies readonly (readonly [Guide, string])[];

export interface GuideText {
  steps: string[];
  /** How it looks in place. */
  code: string;
}

/** How the snippet gets into the pages of one kind of site. */
export function guideText(guide: Guide, origin: string, siteId: string): GuideText {
  switch (guide) {
    case "html":
      return {
        steps: [
          "Open the file or template that holds the head of your pages.",
          "Paste the snippet before </head>, and publish.",
        ],
        code: `<head>
  <title>…</title>
  <script defer src="${origin}/t.js" data-site="${siteId}"></script>
</head>`,
      };
    case "wordpress":
      return {
        steps: [
          "Add this to functions.php of your child theme, or in a snippets plugin.",
          "Empty the cache of your cache plugin.",
        ],
        code: `add_action('wp_head', function () { ?>
  <script defer src="${origin}/t.js" data-site="${siteId}"></script>
<?php });`,
      };
    case "next":
      return {
        steps: ["Put this into app/layout.tsx, inside <body>. Changes of route are counted by themselves."],
        code: `import Script from "next/script";

<Script src="${origin}/t.js" data-site="${siteId}" strategy="afterInteractive" />`,
      };
    case "gtm":
      return {
        steps: [
          "Make a tag of the kind “Custom HTML” with this code. Tag Manager drops data attributes of script tags, so the code sets it.",
          "Let it fire on “Initialization – All Pages”, and publish the container.",
        ],
        code: `<script>
  var s = document.createElement("script");
  s.src = "${origin}/t.js";
  s.dataset.site = "${siteId}";
  document.head.appendChild(s);
</script>`,
      };
    default:
      return guide satisfies never;
  }
}
