"use strict";
(() => {
  const main = document.getElementById("comparison");
  const sections = [...document.querySelectorAll(".prompt")];
  const by = (id) => document.getElementById(id);
  const place = "melody-compare-" + main.dataset.id;
  const bytes = Uint8Array.from(atob(main.dataset.key), (c) => c.charCodeAt(0));
  const key = JSON.parse(new TextDecoder().decode(bytes));

  // choices: "a", "b", "none" or null, one a prompt
  const empty = () => ({ choices: sections.map(() => null), shown: false });
  let state = empty();
  try {
    const kept = JSON.parse(localStorage.getItem(place));
    if (Array.isArray(kept?.choices) && kept.choices.length === sections.length) state = kept;
  } catch {} // a browser that keeps nothing still counts

  const keep = () => {
    try {
      localStorage.setItem(place, JSON.stringify(state));
    } catch {}
  };
  const sourceOf = (index, letter) => (key.firstIsA[index] === (letter === "a") ? key.first : key.second);
  // 0 for the first source, 1 for the second, "none", or null where nothing was chosen
  const preferred = (index) => {
    const choice = state.choices[index];
    return choice === "a" || choice === "b" ? Number(key.firstIsA[index] !== (choice === "a")) : choice;
  };
  const count = (what) => state.choices.filter((_, i) => preferred(i) === what).length;

  // two-sided sign test: how often as clear a result comes about where there is no difference
  const chance = (a, b) => {
    const n = a + b;
    let term = Math.pow(0.5, n);
    let sum = 0;
    for (let k = 0; k <= Math.min(a, b); k++) {
      sum += term;
      term = (term * (n - k)) / (k + 1);
    }
    return Math.min(1, 2 * sum);
  };

  const show = () => {
    const answered = state.choices.filter((choice) => choice !== null).length;
    by("progress").textContent = `${answered} of ${sections.length} answered.`;
    by("reveal").disabled = answered === 0;
    by("reveal").hidden = state.shown;
    by("reveal").textContent =
      answered === sections.length ? "Show the result" : `Show the result of the ${answered} that are answered`;
    by("result").hidden = !state.shown;
    sections.forEach((section, i) => {
      for (const input of section.querySelectorAll("input")) {
        input.checked = input.value === state.choices[i];
        input.disabled = state.shown;
      }
      for (const name of section.querySelectorAll(".source"))
        name.textContent = state.shown ? `is ${sourceOf(i, name.dataset.side)}` : "";
    });
    by("tally").replaceChildren();
    by("chance").textContent = "";
    if (!state.shown) return;
    const rows = [
      [key.first, count(0)],
      [key.second, count(1)],
      ["no difference", count("none")],
    ];
    for (const row of rows) {
      const line = by("tally").insertRow();
      for (const cell of row) line.insertCell().textContent = cell;
    }
    const [a, b] = [rows[0][1], rows[1][1]];
    if (a + b > 0)
      by("chance").textContent =
        `Where there is no difference, a result at least as clear comes about in ${(100 * chance(a, b)).toFixed(1)} % of all cases.`;
  };

  main.addEventListener("change", (event) => {
    const index = sections.indexOf(event.target.closest(".prompt"));
    if (index < 0 || state.shown) return;
    state.choices[index] = event.target.value;
    keep();
    show();
  });

  // one sound at a time; media events do not bubble
  document.addEventListener(
    "play",
    (event) => {
      for (const audio of document.querySelectorAll("audio")) if (audio !== event.target) audio.pause();
    },
    true,
  );

  by("reveal").addEventListener("click", () => {
    state.shown = true;
    keep();
    show();
    by("result").focus();
  });

  by("again").addEventListener("click", () => {
    if (!confirm("Delete all answers on this page?")) return;
    state = empty();
    keep();
    show();
  });

  by("download").addEventListener("click", () => {
    const answers = sections.map((section, i) => ({
      prompt: section.querySelector("h2").textContent.replace(/^\d+\. /, ""),
      a: sourceOf(i, "a"),
      b: sourceOf(i, "b"),
      choice: state.choices[i],
      preferred: [key.first, key.second][preferred(i)] ?? null,
    }));
    const result = {
      comparison: main.dataset.id,
      seed: key.seed,
      sources: [key.first, key.second],
      preferred: [count(0), count(1)],
      noDifference: count("none"),
      answers,
    };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(result, null, 2) + "\n"], { type: "application/json" }));
    link.download = `answers-${main.dataset.id}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  });

  show();
})();
