// Fetches htmx when somebody is about to use a form that searches while one types: it weighs as
// much as all the rest of the page, and most visitors only read.
"use strict";

(() => {
  const { htmx } = document.currentScript.dataset;

  const load = ({ target }) => {
    const form = target.closest?.("form[hx-get]");
    if (!form) return;
    document.removeEventListener("focusin", load);
    const before = target.value;
    const script = document.createElement("script");
    script.src = htmx;
    script.addEventListener("load", () => {
      // What was typed or chosen while it was on its way.
      if (target.value === before) return;
      const event = target.matches("select") ? "change" : "input";
      target.dispatchEvent(new Event(event, { bubbles: true }));
    });
    document.head.append(script);
  };

  document.addEventListener("focusin", load);
})();
