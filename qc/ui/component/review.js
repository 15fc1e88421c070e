// The items of one call to review, by mouse or by keys. What is chosen is sent at once; the page answers with new data.
// Everything from a recording or from people enters the page as text, never as markup.

const ANSWERS = { p: "pass", f: "fail", n: "na" };

function make(tag, classes, text) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  if (text !== undefined) element.textContent = text;
  if (tag === "button") element.type = "button";
  return element;
}

function typing(target) {
  return target instanceof Element && Boolean(target.closest("input, textarea, select, [contenteditable=true], [role=combobox], [role=dialog]"));
}

// The player of the page listens for clicks on whatever carries data-jump; seen from outside, this component is one element.
function play(root, seconds) {
  const host = root.getRootNode().host || root;
  host.dataset.jump = seconds;
  host.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  delete host.dataset.jump;
}

function said(one) {
  const line = make("div", `said ${one.kind}`);
  line.append(make("b", "", one.who), make("span", `answer ${one.answer}`, one.answerText), make("span", "quiet", one.when));
  if (one.reason) {
    const reason = make("div", "reason", one.reason);
    reason.dir = "auto";
    line.append(reason);
  }
  return line;
}

function evidence(root, one) {
  const line = make("div", "evidence");
  if (one.start !== null) {
    const button = make("button", "jump", `▶ ${one.span}`);
    button.title = one.title;
    button.setAttribute("aria-label", one.title);
    button.addEventListener("click", (event) => { event.stopPropagation(); play(root, one.start); });
    line.append(button);
  }
  const text = make("span", "words");
  if (one.quote) text.append(make("span", "quiet", `${one.who}: `), make("q", "", one.quote), " ");
  text.append(make("span", "quiet", one.note));
  line.append(text);
  return line;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".qc-review");
  const fresh = { call: data.call, at: null, editing: null, sent: {}, queue: [], rest: false, under: null };
  const state = root.state && root.state.call === data.call ? root.state : fresh;
  root.state = state;
  const items = data.items;
  const find = (name) => items.find((one) => one.item === name);
  const open = (one) => one.asked && !one.mine && !(one.item in state.sent);
  const settled = state.under && state.under.at === data.done ? state.under.item : null;
  if (settled !== null) state.under = null;
  for (const name of Object.keys(state.sent)) {
    const one = find(name);
    const failed = data.trouble && data.trouble.item === name;
    if (one && !failed && state.queue.includes(name)) {
      if (name === settled) state.sent[name].seen = one.seen; // said again before the first answer was stored
      continue;
    }
    if (!one || failed || name === settled || one.seen > state.sent[name].seen) {
      if (failed && one && !state.editing) {
        state.editing = { item: name, answer: state.sent[name].answer, reason: state.sent[name].reason, seen: one.seen };
        state.at = name;
      }
      delete state.sent[name];
    }
  }
  if (!find(state.at)) state.at = (items.find(open) || items[0] || {}).item;

  // Streamlit keeps the newest trigger only while a page is drawn, so one answer is under way at a time.
  const pump = () => {
    if (state.under) return;
    while (state.queue.length) {
      const item = state.queue.shift();
      if (!(item in state.sent)) continue;
      state.under = { item, at: Date.now() };
      setTriggerValue("said", { call: data.call, item, ...state.sent[item], at: state.under.at });
      return;
    }
    const left = items.filter(open);
    if (!state.rest || !left.length) return;
    state.rest = false;
    state.under = { item: "", at: Date.now() };
    const seen = Object.fromEntries(left.map((one) => [one.item, one.seen]));
    setTriggerValue("rest", { call: data.call, seen, at: state.under.at });
  };
  const send = (one, answer, reason) => {
    state.sent[one.item] = { answer, reason, seen: one.seen };
    state.editing = null;
    if (!state.queue.includes(one.item)) state.queue.push(one.item);
    pump();
    const place = items.indexOf(one);
    const next = [...items.slice(place + 1), ...items.slice(0, place)].find(open);
    if (next) state.at = next.item;
    draw(true);
  };
  const choose = (one, answer) => {
    if (!one) return;
    state.at = one.item;
    if (answer === one.machine) {
      if (one.mine !== answer) send(one, answer, "");
      return;
    }
    const before = state.editing && state.editing.item === one.item ? state.editing.reason : "";
    state.editing = { item: one.item, answer, reason: before };
    draw(true);
  };
  const cancel = () => { state.editing = null; draw(true); };
  const rest = () => {
    const left = items.filter(open);
    if (!left.length || !root.asking) return;
    root.asking = false;
    state.rest = true;
    pump();
    draw(true);
  };
  const move = (step) => {
    const place = items.findIndex((one) => one.item === state.at);
    const next = items[Math.min(Math.max(0, place + step), items.length - 1)];
    if (!next) return;
    state.at = next.item;
    draw(true);
  };

  const card = (one) => {
    const here = one.item === state.at;
    const sent = state.sent[one.item];
    const answer = sent ? sent.answer : one.mine;
    const box = make("div", `item ${one.state}${here ? " here" : ""}${answer ? " done" : ""}`);
    box.dataset.item = one.item;
    box.tabIndex = here ? 0 : -1;
    box.setAttribute("role", "listitem");
    box.setAttribute("aria-current", here ? "true" : "false");
    box.addEventListener("click", () => { if (state.at !== one.item) { state.at = one.item; draw(false); } });
    const head = make("div", "head");
    head.append(make("b", "", one.title), make("span", `answer ${one.machine}`, one.machineText));
    if (answer) head.append(make("span", `mine ${answer}`, `${answer === one.machine ? "✓" : "✎"} ${data.answers[answer]}`));
    else if (one.others) head.append(make("span", "quiet", one.others));
    box.append(head, make("div", "why", one.why));
    if (!here) return box;
    if (one.fine) box.append(make("div", "fine", one.fine));
    one.evidence.forEach((found) => box.append(evidence(root, found)));
    if (one.said.length) {
      const before = make("div", "before");
      before.append(make("div", "quiet", data.labels.before));
      one.said.forEach((found) => before.append(said(found)));
      box.append(before);
    }
    if (data.trouble && data.trouble.item === one.item) {
      const trouble = make("div", "trouble", data.trouble.text);
      trouble.setAttribute("role", "alert");
      box.append(trouble);
    }
    const editing = state.editing && state.editing.item === one.item ? state.editing : null;
    const buttons = make("div", "buttons");
    const same = make("button", "accept", `${data.labels.accept} `);
    same.append(make("kbd", "", "a"));
    same.addEventListener("click", (event) => { event.stopPropagation(); choose(one, one.machine); });
    buttons.append(same);
    for (const [key, name] of Object.entries(ANSWERS)) {
      if (name === one.machine) continue;
      const button = make("button", editing && editing.answer === name ? "chosen" : "", `${data.answers[name]} `);
      button.append(make("kbd", "", key));
      button.setAttribute("aria-pressed", editing && editing.answer === name ? "true" : "false");
      button.addEventListener("click", (event) => { event.stopPropagation(); choose(one, name); });
      buttons.append(button);
    }
    box.append(buttons);
    if (editing) {
      const form = make("div", "form");
      const field = make("textarea");
      field.rows = 2;
      field.maxLength = 1000;
      field.value = editing.reason;
      field.dir = "auto";
      field.placeholder = data.labels.why;
      field.setAttribute("aria-label", data.labels.why);
      const save = make("button", "primary", data.labels.save);
      const stop = make("button", "", data.labels.cancel);
      const finish = () => { if (field.value.trim()) send(one, editing.answer, field.value.trim()); else field.focus(); };
      field.addEventListener("input", () => { editing.reason = field.value; save.disabled = !field.value.trim(); });
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); finish(); }
        if (event.key === "Escape") { event.preventDefault(); cancel(); }
      });
      save.disabled = !field.value.trim();
      save.addEventListener("click", (event) => { event.stopPropagation(); finish(); });
      stop.addEventListener("click", (event) => { event.stopPropagation(); cancel(); });
      const row = make("div", "buttons");
      row.append(save, stop);
      form.append(field, row);
      box.append(form);
    }
    return box;
  };

  function draw(take) {
    const left = items.filter(open).length;
    const total = items.filter((one) => one.asked).length;
    const top = make("div", "top");
    const bar = make("progress");
    bar.max = Math.max(1, total);
    bar.value = total - left;
    bar.setAttribute("aria-label", data.labels.progress);
    top.append(make("span", "count", `${total - left} / ${total}`), bar);
    if (left) {
      if (root.asking) {
        const yes = make("button", "primary", data.labels.sure.replace("#", left));
        yes.addEventListener("click", rest);
        const no = make("button", "", data.labels.cancel);
        no.addEventListener("click", () => { root.asking = false; draw(false); });
        top.append(yes, no);
      } else {
        const all = make("button", "", data.labels.rest);
        all.addEventListener("click", () => { root.asking = true; draw(false); top.querySelector(".primary")?.focus(); });
        top.append(all);
      }
    }
    if (!left && total) top.append(make("div", "over", data.labels.all_seen));
    const list = make("div", "list");
    list.setAttribute("role", "list");
    list.setAttribute("aria-label", data.labels.items);
    let section = null;
    for (const one of items) {
      if (one.section !== section) list.append(make("div", "section", one.section));
      section = one.section;
      list.append(card(one));
    }
    const keys = make("div", "keys quiet");
    for (const [key, text] of data.keys) keys.append(make("kbd", "", key), ` ${text}  `);
    root.replaceChildren(top, keys, list);
    const now = list.querySelector(".here");
    if (!now) return;
    if (take) {
      const field = now.querySelector("textarea");
      (field || now).focus({ preventScroll: true });
      now.scrollIntoView({ block: "nearest" });
    }
  }

  const keys = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.composedPath()[0])) return;
    if (event.repeat && !event.key.startsWith("Arrow")) return; // a key that is held is no second answer
    const one = find(state.at);
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "a" && one) choose(one, one.machine);
    else if (event.key in ANSWERS && one) choose(one, ANSWERS[event.key]);
    else if (event.key === "e" && one) { const first = one.evidence.find((found) => found.start !== null); if (first) play(root, first.start); }
    else if (event.key === "Escape" && state.editing) cancel();
    else return;
    event.preventDefault();
  };
  if (root.halt) root.halt();
  document.addEventListener("keydown", keys);
  root.halt = () => document.removeEventListener("keydown", keys);
  const held = root.contains(root.getRootNode().activeElement);
  draw(held);
  pump();
  return () => { root.halt(); root.halt = undefined; };
}
