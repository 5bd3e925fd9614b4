"use strict";
(function () {
  const form = document.querySelector(".filters");
  if (form) {
    const problems = Array.from(document.querySelectorAll(".problem"));
    const severity = document.getElementById("by-severity");
    const node = document.getElementById("by-node");
    const text = document.getElementById("by-text");
    const texts = problems.map((problem) => problem.textContent.toLowerCase());
    const filter = () => {
      const wanted = text.value.trim().toLowerCase();
      let shown = 0;
      problems.forEach((problem, at) => {
        const fits = (!severity.value || problem.dataset.severity === severity.value)
          && (!node.value || problem.dataset.nodes.split(" ").includes(node.value))
          && (!wanted || texts[at].includes(wanted));
        problem.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      const output = document.getElementById("shown");
      output.textContent = output.dataset.text.replace("{0}", shown).replace("{1}", problems.length);
    };
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    // A link from the summary must not lead to what is filtered out.
    window.addEventListener("hashchange", () => {
      const target = document.getElementById(location.hash.slice(1));
      if (target && target.hidden) { form.reset(); filter(); target.scrollIntoView(); }
    });
    filter();
  }
  // On paper nothing can be unfolded.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = Array.from(document.querySelectorAll("details:not([open])"));
    opened.forEach((fold) => { fold.open = true; });
  });
  window.addEventListener("afterprint", () => { opened.forEach((fold) => { fold.open = false; }); });
})();
