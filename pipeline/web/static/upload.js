"use strict";
// Handing in works without this file. With it: drag and drop, pieces, progress, going on after a broken line.
(() => {
  const form = document.getElementById("upload");
  if (!form || !window.fetch) return;
  document.documentElement.classList.add("scripted");
  const input = form.querySelector("input[type=file]"), list = form.querySelector(".uploads");
  const status = form.querySelector("[role=status]"), button = form.querySelector("button");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const piece = Number(form.dataset.piece), waits = [1000, 2000, 5000, 10000, 20000, 30000];
  const say = (word, name, percent) =>
    form.dataset["words" + word].replace("@name@", () => name).replace("@percent@", percent);
  const rest = ms => new Promise(done => setTimeout(done, ms));
  class Refused extends Error {}

  async function ask(address, options) {
    for (let tried = 0; ; tried++) {
      try {
        const answer = await fetch(address, {...options, headers: {"X-CSRFToken": token, ...options.headers}});
        const json = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : null;
        if (json && json.why) throw new Refused(json.why);
        if (answer.status < 500) return json && (answer.ok || answer.status === 409) ? json : null;
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      if (tried === waits.length || options.method === "POST" && address !== "/upload/new") return undefined;
      await rest(waits[tried]);
    }
  }

  function line(name) {
    const row = list.appendChild(document.createElement("p"));
    const words = row.appendChild(document.createElement("span"));
    const bar = row.appendChild(document.createElement("progress"));
    bar.max = 100;
    bar.setAttribute("aria-label", say("Progress", name));
    let told = -1;
    return {
      going(share) {
        const percent = Math.floor(share * 100);
        bar.value = percent;
        words.textContent = say("Going", name, percent);
        if (percent >= told + 25) status.textContent = say("Going", name, told = percent);
      },
      end(text, bad, link) {
        bar.remove();
        row.className = "notice " + (bad ? "bad" : "good");
        const end = link ? Object.assign(document.createElement("a"), {href: link}) : words;
        if (link) words.replaceWith(end);
        end.textContent = status.textContent = text;
      },
      words(text) { words.textContent = status.textContent = text; },
    };
  }

  async function send(file) {
    const shown = line(file.name);
    try {
      const about = new URLSearchParams({name: file.name, size: file.size, modified: file.lastModified});
      let here = await ask("/upload/new", {method: "POST", body: about}), broken = 0;
      while (here && here.at) {
        const at = here.at, offset = here.offset;
        shown.going(offset / file.size);
        const body = file.slice(offset, offset + piece), type = {"Content-Type": "application/octet-stream"};
        here = await ask(`${at}?offset=${offset}`, {method: "POST", body, headers: type});
        if (here && here.offset !== offset) broken = 0;
        else if (broken++ === 40) break;
        else await rest(2000);
        if (here === undefined) {
          shown.words(say("Broken", file.name));
          here = await ask(at, {method: "GET"});
        }
      }
      if (here && here.ticket) shown.end(say("Done", file.name), false, here.ticket);
      else shown.end(say("Failed", file.name), true);
      return Boolean(here && here.ticket);
    } catch (error) {
      shown.end(error instanceof Refused ? error.message : say("Failed", file.name), true);
      return false;
    }
  }

  async function sendAll(files) {
    button.disabled = true;
    list.hidden = false;
    let all = files.length > 0;
    for (const file of files) all = await send(file) && all;
    button.disabled = false;
    form.reset();
    if (all) status.textContent = form.dataset.wordsAll;
  }

  form.addEventListener("submit", event => {
    event.preventDefault();
    sendAll([...input.files]);
  });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"])
    form.addEventListener(name, event => {
      event.preventDefault();
      form.classList.toggle("over", name === "dragenter" || name === "dragover");
      if (name === "drop" && !button.disabled) sendAll([...event.dataTransfer.files]);
    });
})();
