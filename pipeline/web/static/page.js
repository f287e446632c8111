"use strict";
// The page works without this file.

// Search as one types: after 0.6 s of rest, from the third letter on.
document.querySelectorAll("form[data-live]").forEach((form) => {
  const shown = document.getElementById(form.dataset.live);
  const words = form.elements.words;
  let rest = 0;
  let asked = 0;
  words.addEventListener("input", () => {
    clearTimeout(rest);
    const number = ++asked;
    if (words.value.trim().length < 3) return;
    rest = setTimeout(async () => {
      const body = new FormData(form);
      body.append("part", "1");
      const answer = await fetch(form.action, { method: "POST", body, redirect: "error" }).catch(() => null);
      if (answer && answer.ok && number === asked) shown.innerHTML = await answer.text();
    }, 600);
  });
});

// On the Kazakh layout the digit row types letters: number fields say so, and do not guess.
document.querySelectorAll("input[data-digits]").forEach((field) => {
  const told = document.createElement("p");
  told.className = "notice mind";
  told.setAttribute("role", "status");
  told.hidden = true;
  told.textContent = field.dataset.digits;
  field.insertAdjacentElement("afterend", told);
  field.addEventListener("input", () => { told.hidden = !/[^0-9\s]/.test(field.value); });
});
