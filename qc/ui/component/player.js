// One call on one time axis: lanes, transcript and playhead, steering its own <audio> element.
// Everything from a recording or its metadata enters the page as text, never as markup.

const STEP = 5; // seconds of an arrow key
const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2];
const ZOOMS = [1, 2, 4, 8, 16];

function make(tag, classes, text) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  if (text !== undefined) element.textContent = text;
  if (tag === "button") element.type = "button";
  return element;
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function wave(peaks) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", `0 -100 ${peaks.length} 200`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  const up = peaks.map((peak, i) => `L${i} ${-Math.max(peak, 1)}`).join("");
  const down = peaks.map((peak, i) => `L${i} ${Math.max(peak, 1)}`).reverse().join("");
  path.setAttribute("d", `M0 0${up}${down}Z`);
  svg.append(path);
  return svg;
}

function span(data, part, classes, title) {
  const element = make("div", `span ${classes}`);
  element.style.left = `${(100 * part.start) / data.duration}%`;
  element.style.width = `${(100 * (part.end - part.start)) / data.duration}%`;
  if (title) element.title = title;
  element.dataset.at = part.start;
  return element;
}

function lanes(data, seek) {
  const box = make("div", "lanes");
  const names = make("div", "names");
  const scroller = make("div", "scroller");
  const track = make("div", "track");
  track.tabIndex = 0;
  track.setAttribute("role", "slider");
  track.setAttribute("aria-label", data.labels.axis);
  track.setAttribute("aria-valuemin", "0");
  track.setAttribute("aria-valuemax", String(Math.round(data.duration)));
  const row = (name, nameClass, classes) => {
    const title = make("div", nameClass, name);
    const line = make("div", `row ${classes}`);
    names.append(title);
    track.append(line);
    return line;
  };
  const waves = data.lanes.map((lane) => () => {
    const line = row(lane.name, lane.role, `wave ${lane.role}`);
    line.append(wave(lane.peaks));
    for (const part of lane.speech) line.append(span(data, part, "speech"));
    for (const part of lane.sentiment) line.append(span(data, part, `sentiment ${part.label}`, part.title));
    for (const part of lane.flags) line.append(span(data, part, `flag ${part.kind}`, part.title));
  });
  const events = () => {
    const line = row(data.labels.events, "minor", "events");
    for (const part of data.events) line.append(span(data, part, `event ${part.kind}`, part.title));
  };
  if (waves.length) waves[0]();
  events();
  waves.slice(1).forEach((draw) => draw());
  const axis = row("", "minor", "axis");
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800];
  const step = steps.find((one) => data.duration / one <= 12) || 3600;
  for (let at = 0; at < data.duration; at += step) {
    const tick = make("div", "tick", clock(at));
    tick.style.left = `${(100 * at) / data.duration}%`;
    axis.append(tick);
  }
  [...track.children].forEach((line, i) => {
    const heights = { wave: 64, events: 26, axis: 20 };
    names.children[i].style.height = `${heights[[...line.classList].find((name) => name in heights)]}px`;
  });
  const playhead = make("div", "playhead");
  track.append(playhead);
  track.addEventListener("click", (event) => {
    const at = event.target.dataset.at;
    const edge = track.getBoundingClientRect();
    const wanted = at !== undefined && !event.target.classList.contains("speech")
      ? Number(at) : ((event.clientX - edge.left) / edge.width) * data.duration;
    seek(wanted, false);
  });
  scroller.append(track);
  box.append(names, scroller);
  return { box, track, scroller, playhead };
}

function transcript(data, seek) {
  const box = make("div", "transcript");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", data.labels.transcript);
  const lines = [];
  for (const entry of data.transcript) {
    const line = make("button", entry.pause ? `pause ${entry.bad ? "bad" : ""}` : `utterance ${entry.role}`);
    line.tabIndex = -1; // one stop of the tab key for all: up and down go from line to line
    line.addEventListener("click", () => seek(entry.start, true));
    line.addEventListener("focus", () => {
      for (const other of box.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
      line.tabIndex = 0;
    });
    if (entry.pause) {
      line.textContent = entry.pause;
    } else {
      const who = make("span", "who");
      who.append(make("b", "", entry.who), make("span", "", clock(entry.start)));
      if (entry.mood) who.append(make("span", entry.moodClass, entry.mood));
      const words = make("span", entry.parts.length ? "words" : "words empty", entry.parts.length ? undefined : data.labels.no_text);
      for (const part of entry.parts) {
        if (part.note === undefined) words.append(part.text);
        else {
          const mark = make("mark", part.kind, part.text);
          mark.title = part.note;
          words.append(mark);
        }
      }
      line.append(who, words);
      lines.push({ line, start: entry.start, end: entry.end });
    }
    box.append(line);
  }
  if (box.firstElementChild) box.firstElementChild.tabIndex = 0;
  box.addEventListener("keydown", (event) => {
    const ways = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };
    const next = ways[event.key] && event.target.closest("button")?.[ways[event.key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  return { box, lines };
}

function legend(data) {
  const box = make("div", "legend");
  for (const [classes, text] of data.legend) {
    const one = make("span");
    one.append(make("i", classes), text);
    box.append(one);
  }
  return box;
}

// The audio element outlives redrawing. Links to sound are short-lived: a newer one is fetched before the old one ends,
// and taken into use at the next pause or seek, or when the old one is refused, where the sound then goes on.
function sounding(root) {
  const player = make("audio");
  player.preload = "none"; // nothing is heard, and nothing is noted as played, until somebody plays it
  player.controlsList = "nodownload";
  let sound = null; // name, link, renew, seconds
  let newer = null; // a link that is not in use yet
  let timer = 0;
  let tried = 0; // new links since the sound last worked
  let failed = false;
  const use = (link) => {
    const at = player.currentTime;
    const going = !player.paused;
    newer = null;
    player.src = link;
    if (at > 0) player.currentTime = at; // where it begins when it is loaded
    if (going) player.play().catch(() => {});
  };
  const renew = async () => {
    const asked = sound;
    const answer = await fetch(asked.renew, { method: "POST" }).catch(() => null);
    if (!answer || !answer.ok || sound !== asked) return null;
    return (await answer.json()).link;
  };
  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      newer = (await renew()) || newer;
      if (root.isConnected) schedule();
    }, 700 * sound.seconds);
  };
  player.addEventListener("error", async () => {
    if (!sound || !player.currentSrc) return;
    tried += 1;
    failed = tried > 2;
    const link = failed ? null : newer || (await renew());
    if (link) use(link);
    else failed = true;
  });
  player.addEventListener("playing", () => { tried = 0; });
  return {
    player,
    failed: () => failed,
    fresh: () => { if (newer && player.paused) use(newer); },
    give: (given) => {
      if (!given) {
        sound = null;
        clearTimeout(timer);
        player.removeAttribute("src");
        return;
      }
      const same = sound && sound.name === given.name;
      sound = given;
      failed = false;
      tried = 0;
      if (same) newer = given.link;
      else use(given.link);
      schedule();
    },
    stop: () => { clearTimeout(timer); player.pause(); },
  };
}

function choice(label, options, chosen) {
  const box = make("select");
  box.setAttribute("aria-label", label);
  box.title = label;
  for (const [value, text] of options) {
    const option = make("option", "", text);
    option.value = value;
    option.selected = value === chosen;
    box.append(option);
  }
  return box;
}

const ICONS = { // 16 x 16
  earlier: "M4 3v10M13 3.5v9L6.5 8z",
  later: "M12 3v10M3 3.5v9L9.5 8z",
  link: "M6.5 9.5l3-3M7.5 4.5l1.2-1.2a2.8 2.8 0 0 1 4 4L11.5 8.5M8.5 11.5l-1.2 1.2a2.8 2.8 0 0 1-4-4L4.5 7.5",
};

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", width: "16", height: "16", "aria-hidden": "true" })) svg.setAttribute(key, value);
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function tool(text, label, act) {
  const button = make("button", "tool", ICONS[text] ? undefined : text);
  if (ICONS[text]) button.append(icon(text));
  button.title = label;
  button.setAttribute("aria-label", label);
  button.addEventListener("click", act);
  return button;
}

// What the keys do, in a small table that a button and the question mark open.
function help(data) {
  const box = make("div", "help");
  box.hidden = true;
  for (const [keys, text] of data.keys) {
    const line = make("div");
    const names = make("span", "keys");
    for (const key of keys) names.append(make("kbd", "", key));
    line.append(names, make("span", "", text));
    box.append(line);
  }
  return box;
}

// The address of this page at a moment. It is also where the page is after it was drawn again.
function address(at) {
  const url = new URL(location.href);
  url.searchParams.set("t", at.toFixed(1));
  return url.href;
}

const page = () => `${location.pathname} ${new URLSearchParams(location.search).get("call")}`;

async function copy(text, parent) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // without https there is no clipboard
    const field = make("textarea");
    field.value = text;
    parent.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

const typing = (target) => target instanceof Element && target.closest(
  "input, textarea, select, [contenteditable=true], [role=combobox], [role=listbox], [role=dialog], [role=radio], [role=tab], [role=grid], canvas");

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".qc-player");
  if (!root.sounding) root.sounding = sounding(root);
  const { sounds, start, ...drawn } = data;
  if (!root.heard || !sounds[root.heard]) root.heard = Object.keys(sounds)[0] || "";
  const sound = sounds[root.heard];
  root.sounds = sounds;
  if (root.dataset.link !== (sound ? sound.link : "")) {
    root.dataset.link = sound ? sound.link : "";
    root.sounding.give(sound);
  }
  // Where the page is to begin; what this player itself wrote into the address is not asked for again.
  const spot = JSON.stringify([data.call, start]);
  if (root.dataset.spot !== spot) {
    root.dataset.spot = spot;
    if (root.marked !== `${data.call} ${start.toFixed(1)}`) root.wanted = start;
    if (root.go) root.go();
  }
  const stamp = JSON.stringify([drawn, Object.values(sounds).map((one) => one.name)]);
  if (root.dataset.stamp === stamp) return root.stop;
  if (root.halt) root.halt();
  root.dataset.stamp = stamp;
  const element = root.sounding.player;
  element.setAttribute("aria-label", data.labels.audio);
  root.replaceChildren(element);

  const audio = () => (sound ? element : null);
  const place = (player) => {
    const wanted = root.wanted; // a seek that is not carried out yet
    if (wanted === null || wanted === undefined || player.seeking) return;
    if (player.readyState === 0) {
      if (player.currentTime !== wanted) player.currentTime = wanted; // where it begins when it is loaded
      return;
    }
    const past = player.currentTime - wanted; // it may play on until the timer looks
    if (past > -0.1 && past < 1) root.wanted = null;
    else if (player.seekable.length) player.currentTime = wanted;
  };
  const now = () => root.wanted ?? (audio() ? element.currentTime : 0);
  const mark = () => {
    const at = now();
    root.marked = `${data.call} ${at.toFixed(1)}`;
    root.place = { page: page(), at };
    history.replaceState(history.state, "", address(at));
  };
  // Streamlit writes the address anew when a control changes it, and does not know of this player's part.
  const keep = () => {
    if (!root.place || root.place.page !== page() || address(root.place.at) === location.href) return;
    history.replaceState(history.state, "", address(root.place.at));
  };
  const seek = (seconds, play) => {
    const player = audio();
    root.wanted = Math.min(Math.max(0, seconds), data.duration);
    mark();
    if (player) {
      root.sounding.fresh();
      // A seek under way is replaced at once; what cannot be carried out yet waits for the timer.
      if (player.readyState > 0 && player.seekable.length) player.currentTime = root.wanted;
      if (play) player.play().catch(() => {});
    }
    show();
  };
  const toggle = () => {
    const player = audio();
    if (!player) return;
    root.sounding.fresh();
    if (player.paused) player.play().catch(() => {});
    else {
      player.pause();
      mark();
    }
  };
  const say = (text) => { status.textContent = text; };
  const jump = (step) => {
    const at = now();
    const next = step > 0 ? data.findings.find((one) => one.start > at + 0.25) : data.findings.findLast((one) => one.start < at - 1.5);
    if (!next) return say(data.labels.no_finding);
    seek(next.start, true);
    say(`${data.findings.indexOf(next) + 1}/${data.findings.length} · ${clock(next.start)} · ${next.title}`);
  };
  const hear = (name) => {
    if (!root.sounds[name] || name === root.heard) return;
    root.wanted = now(); // the same second of the other sound
    root.heard = name;
    root.dataset.link = root.sounds[name].link;
    root.sounding.give(root.sounds[name]);
    if (heard) heard.value = name;
  };

  const bar = make("div", "bar");
  const play = make("button", "play", data.labels.play);
  play.addEventListener("click", toggle);
  const time = make("span", "clock");
  const back = tool(`−${STEP}`, data.labels.back, () => seek(now() - STEP, false));
  const ahead = tool(`+${STEP}`, data.labels.ahead, () => seek(now() + STEP, false));
  const earlier = tool("earlier", data.labels.previous, () => jump(-1));
  const later = tool("later", data.labels.next, () => jump(1));
  const speed = choice(data.labels.speed, RATES.map((rate) => [String(rate), `${rate}×`]), String(root.rate || 1));
  speed.addEventListener("change", () => { root.rate = Number(speed.value); });
  const heard = data.channels.length > 1 ? choice(data.labels.channel, data.channels, root.heard) : null;
  if (heard) heard.addEventListener("change", () => hear(heard.value));
  const zoom = choice(data.labels.zoom, ZOOMS.map((times) => [String(times), `${data.labels.zoom} ${times}×`]), String(root.zoom || 1));
  const followLabel = make("label");
  const follow = make("input");
  follow.type = "checkbox";
  follow.checked = root.follow !== false;
  follow.addEventListener("change", () => { root.follow = follow.checked; });
  followLabel.append(follow, data.labels.follow);
  const link = tool("link", data.labels.link, async () => {
    mark();
    say((await copy(address(now()), root)) ? `${data.labels.copied} ${clock(now())}` : address(now()));
  });
  const keysTable = help(data);
  const ask = tool("?", data.labels.help, () => {
    keysTable.hidden = !keysTable.hidden;
    ask.setAttribute("aria-expanded", String(!keysTable.hidden));
  });
  ask.setAttribute("aria-expanded", "false");
  bar.append(play, back, ahead, earlier, later, speed, time);
  if (!sound) for (const one of [play, speed]) one.disabled = true;
  if (!data.findings.length) for (const one of [earlier, later]) one.disabled = true;
  const status = make("div", "status");
  status.setAttribute("role", "status");
  const second = make("div", "bar second");
  if (heard) second.append(heard);
  second.append(zoom, followLabel, status, link, ask);

  const picture = lanes(data, seek);
  const text = transcript(data, seek);
  const trouble = make("div", "trouble", data.labels.no_sound);
  trouble.setAttribute("role", "alert");
  trouble.hidden = true;
  root.append(bar, second, keysTable, trouble, picture.box, legend(data), text.box);
  const widen = () => {
    root.zoom = Number(zoom.value);
    picture.track.style.width = `${100 * root.zoom}%`;
    shown = -1;
    show();
  };
  zoom.addEventListener("change", widen);

  let shown = -1;
  let current = null;
  function show() {
    const player = audio();
    if (player) place(player);
    keep();
    const at = now();
    const paused = !player || player.paused;
    play.textContent = paused ? data.labels.play : data.labels.pause;
    if (player && player.playbackRate !== Number(speed.value)) player.playbackRate = Number(speed.value);
    trouble.hidden = !(sound && root.sounding.failed());
    if (at === shown) return;
    shown = at;
    const share = at / data.duration;
    time.textContent = `${clock(at)} / ${clock(data.duration)}`;
    picture.playhead.style.left = `${100 * share}%`;
    picture.track.setAttribute("aria-valuenow", String(Math.round(at)));
    picture.track.setAttribute("aria-valuetext", clock(at));
    if (!follow.checked) return;
    const x = share * picture.track.offsetWidth;
    const view = picture.scroller;
    if (x < view.scrollLeft || x > view.scrollLeft + view.clientWidth) view.scrollLeft = x - view.clientWidth / 3;
    const line = text.lines.findLast((one) => one.start <= at + 0.05);
    if (line === current) return;
    if (current) current.line.classList.remove("now");
    current = line;
    if (!line) return;
    line.line.classList.add("now");
    const top = line.line.offsetTop;
    if (top < text.box.scrollTop || top + line.line.offsetHeight > text.box.scrollTop + text.box.clientHeight) {
      text.box.scrollTo({ top: top - text.box.clientHeight / 3, behavior: "smooth" });
    }
  }

  const turn = (select, step) => {
    const place = Math.min(Math.max(0, select.selectedIndex + step), select.options.length - 1);
    select.selectedIndex = place;
    select.dispatchEvent(new Event("change"));
  };
  const acts = {
    " ": toggle,
    ArrowLeft: () => seek(now() - STEP, false),
    ArrowRight: () => seek(now() + STEP, false),
    j: () => jump(1),
    k: () => jump(-1),
    "[": () => turn(speed, -1),
    "]": () => turn(speed, 1),
    "+": () => turn(zoom, 1),
    "-": () => turn(zoom, -1),
    "?": () => ask.click(),
  };
  data.channels.forEach(([name], i) => { acts[String(i + 1)] = () => hear(name); });
  // The keys hold wherever the reader is on the page, but where something is typed or chosen.
  const keys = (event) => {
    const target = event.composedPath()[0];
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(target)) return;
    if (event.key === " " && target instanceof Element && target.closest("button, a, summary")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", keys);
  // Evidence outside the component (the score panel) jumps too: any element that carries data-jump.
  const go = (event) => {
    const evidence = event.target.closest && event.target.closest("[data-jump]");
    if (!evidence) return;
    event.preventDefault();
    seek(Number(evidence.dataset.jump), true);
  };
  document.addEventListener("click", go);
  const timer = setInterval(show, 100);
  widen();
  root.go = show;
  root.halt = () => {
    clearInterval(timer);
    document.removeEventListener("click", go);
    document.removeEventListener("keydown", keys);
    delete root.dataset.stamp;
    root.halt = undefined;
    root.go = undefined;
  };
  root.stop = () => {
    if (root.halt) root.halt();
    root.sounding.stop();
    root.sounding = undefined;
    delete root.dataset.link;
    delete root.dataset.spot;
  };
  return root.stop;
}
