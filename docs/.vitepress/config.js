import { defineConfig } from "vitepress";

const guide = [
  ["Sound as numbers", "sound-as-numbers"],
  ["Features", "features"],
  ["Baselines", "baselines"],
  ["Honest evaluation", "honest-evaluation"],
  ["Networks", "networks"],
  ["Live", "live"],
  ["Deployment", "deployment"],
].map(([text, page]) => ({ text, link: `/guide/${page}` }));

export default defineConfig({
  title: "Earshot",
  description: "Machine learning that listens, in TypeScript",
  cleanUrls: true,
  ignoreDeadLinks: [/namespaces/],
  themeConfig: {
    // In the page, without a server of anybody's.
    search: { provider: "local" },
    nav: [
      { text: "Guide", link: "/guide/sound-as-numbers" },
      { text: "API", link: "/api/" },
      { text: "Architecture", link: "/architecture" },
    ],
    sidebar: [
      { text: "Getting started", link: "/" },
      { text: "Course", items: guide },
      {
        text: "How to",
        items: [
          { text: "A corpus of your own", link: "/how-to/own-corpus" },
          { text: "An estimator of your own", link: "/how-to/own-estimator" },
          { text: "Many machines", link: "/how-to/many-machines" },
        ],
      },
      { text: "Architecture and decisions", link: "/architecture" },
      { text: "Reliability", link: "/reliability" },
      { text: "Threat model", link: "/threat-model" },
      { text: "API", link: "/api/" },
    ],
  },
});
