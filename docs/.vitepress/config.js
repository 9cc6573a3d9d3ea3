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
          ["Install, and see what is here", "install"],
          ["Look at sound, corpora, tables", "inspect"],
          ["Get a corpus", "corpora"],
          ["A corpus of your own", "own-corpus"],
          ["Train, stop and go on", "train"],
          ["Judge and compare runs", "judge"],
          ["Name the class of files", "predict"],
          ["Search for better settings", "sweep"],
          ["Features as a table", "extract"],
          ["Many machines", "many-machines"],
          ["A hundred million clips", "hundred-million-clips"],
          ["Listen live", "listen"],
          ["Take a model elsewhere", "export"],
          ["Spoofed speech", "spoofed-speech"],
          ["Sounds never recorded", "made-up-sounds"],
          ["Engines", "engines"],
          ["An estimator of your own", "own-estimator"],
        ].map(([text, page]) => ({ text, link: `/how-to/${page}` })),
      },
      { text: "Architecture", link: "/architecture" },
      { text: "Decisions", link: "/decisions" },
      { text: "How fast it is", link: "/performance" },
      { text: "How right it is", link: "/agreement" },
      { text: "Reliability", link: "/reliability" },
      { text: "Threat model", link: "/threat-model" },
      { text: "API", link: "/api/" },
    ],
  },
});
