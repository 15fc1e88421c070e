// One call on one time axis: lanes, transcript and playhead, steering its own <audio> element.
// Everything from a recording or its metadata enters the page as text, never as markup.

const STEP = 5; // seconds of an arrow key

function make(tag, classes, text) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  if (text !== undefined) element.textContent = text;
  if (tag === "button") element.type = "button";
  return element;
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
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
  box.setAttribute("role", "list");
  box.setAttribute("aria-label", data.labels.transcript);
  const lines = [];
  for (const entry of data.transcript) {
    const line = make("button", entry.pause ? `pause ${entry.bad ? "bad" : ""}` : `utterance ${entry.role}`);
    line.addEventListener("click", () => seek(entry.start, true));
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

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".qc-player");
  if (!root.sounding) root.sounding = sounding(root);
  const { sound, ...drawn } = data;
  if (root.dataset.link !== (sound ? sound.link : "")) {
    root.dataset.link = sound ? sound.link : "";
    root.sounding.give(sound);
  }
  const stamp = JSON.stringify([drawn, sound && sound.name]);
  if (root.dataset.stamp === stamp) return root.stop;
  if (root.halt) root.halt();
  root.dataset.stamp = stamp;
  const element = root.sounding.player;
  element.setAttribute("aria-label", data.labels.audio);
  root.replaceChildren(element);

  const audio = () => (sound ? element : null);
  const spot = JSON.stringify([sound && sound.name, data.start]);
  let wanted = sound && root.dataset.spot === spot ? null : data.start; // a seek that is not carried out yet
  root.dataset.spot = spot;
  const place = (player) => {
    if (wanted === null || player.seeking) return;
    if (player.readyState === 0) {
      if (player.currentTime !== wanted) player.currentTime = wanted; // where it begins when it is loaded
      return;
    }
    const past = player.currentTime - wanted; // it may play on until the timer looks
    if (past > -0.1 && past < 1) wanted = null;
    else if (player.seekable.length) player.currentTime = wanted;
  };
  const seek = (seconds, play) => {
    const player = audio();
    wanted = Math.min(Math.max(0, seconds), data.duration);
    if (!player) return;
    root.sounding.fresh();
    // A seek under way is replaced at once; what cannot be carried out yet waits for the timer.
    if (player.readyState > 0 && player.seekable.length) player.currentTime = wanted;
    if (play) player.play().catch(() => {});
    show();
  };
  const toggle = () => {
    const player = audio();
    root.sounding.fresh();
    if (player) player.paused ? player.play().catch(() => {}) : player.pause();
  };

  const bar = make("div", "bar");
  const play = make("button", "play", data.labels.play);
  play.addEventListener("click", toggle);
  const time = make("span", "clock");
  const speed = make("select");
  speed.setAttribute("aria-label", data.labels.speed);
  for (const rate of [0.75, 1, 1.25, 1.5, 2]) {
    const option = make("option", "", `${rate}×`);
    option.value = rate;
    option.selected = rate === 1;
    speed.append(option);
  }
  const zoom = make("select");
  zoom.setAttribute("aria-label", data.labels.zoom);
  for (const times of [1, 2, 4, 8, 16]) {
    const option = make("option", "", `${data.labels.zoom} ${times}×`);
    option.value = times;
    zoom.append(option);
  }
  const followLabel = make("label");
  const follow = make("input");
  follow.type = "checkbox";
  follow.checked = true;
  followLabel.append(follow, data.labels.follow);
  bar.append(play, time, speed, make("span", "grow"), followLabel, zoom);
  if (!sound) for (const one of [play, speed]) one.disabled = true;

  const picture = lanes(data, seek);
  const text = transcript(data, seek);
  const trouble = make("div", "trouble", data.labels.no_sound);
  trouble.setAttribute("role", "alert");
  trouble.hidden = true;
  root.append(bar, trouble, picture.box, legend(data), text.box);
  zoom.addEventListener("change", () => {
    picture.track.style.width = `${100 * Number(zoom.value)}%`;
    shown = -1;
    show();
  });

  let shown = -1;
  let current = null;
  function show() {
    const player = audio();
    if (player) place(player);
    const at = wanted !== null ? wanted : player ? player.currentTime : 0;
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
    const now = text.lines.findLast((line) => line.start <= at + 0.05);
    if (now === current) return;
    if (current) current.line.classList.remove("now");
    current = now;
    if (!now) return;
    now.line.classList.add("now");
    const top = now.line.offsetTop;
    if (top < text.box.scrollTop || top + now.line.offsetHeight > text.box.scrollTop + text.box.clientHeight) {
      text.box.scrollTo({ top: top - text.box.clientHeight / 3, behavior: "smooth" });
    }
  }

  const keys = (event) => {
    if (event.target.closest("select, input")) return;
    const player = audio();
    if (!player) return;
    if (event.key === " " && event.target === picture.track) toggle();
    else if (event.key === "ArrowLeft") seek(player.currentTime - STEP, false);
    else if (event.key === "ArrowRight") seek(player.currentTime + STEP, false);
    else return;
    event.preventDefault();
  };
  root.addEventListener("keydown", keys);
  // Evidence outside the component (the score panel) jumps too: any element that carries data-jump.
  const jump = (event) => {
    const link = event.target.closest && event.target.closest("[data-jump]");
    if (!link) return;
    event.preventDefault();
    seek(Number(link.dataset.jump), true);
  };
  document.addEventListener("click", jump);
  const timer = setInterval(show, 100);
  show();
  root.halt = () => {
    clearInterval(timer);
    document.removeEventListener("click", jump);
    root.removeEventListener("keydown", keys);
    delete root.dataset.stamp;
    root.halt = undefined;
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
