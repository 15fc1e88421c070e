// A stretch of a call on its waveform: two handles to drag or to move by keys, its sound, and what is said in it.
// Everything from a recording or its metadata enters the page as text, never as markup.

const SPACE = "http://www.w3.org/2000/svg";

function make(tag, classes, text) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  if (text !== undefined) element.textContent = text;
  if (tag === "button") element.type = "button";
  return element;
}

function clock(seconds, digits = 0) {
  const tenths = Math.max(0, Math.floor(seconds * 10 + 1e-6));
  const whole = Math.floor(tenths / 10);
  const text = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return digits ? `${text}.${tenths % 10}` : text;
}

function wave(peaks) {
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SPACE, "path");
  const up = peaks.map((peak, i) => `L${i} ${-Math.max(peak, 1)}`).join("");
  const down = peaks.map((peak, i) => `L${i} ${Math.max(peak, 1)}`).reverse().join("");
  path.setAttribute("d", `M0 0${up}${down}Z`);
  svg.append(path);
  return svg;
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".qc-trim");
  root.send = (span) => setStateValue("span", span);
  const stamp = JSON.stringify([data.name, data.labels]);
  if (root.dataset.stamp === stamp) return root.stop; // a page that is drawn again leaves the handles where they are
  if (root.stop) root.stop();
  root.dataset.stamp = stamp;
  const { labels, duration, shortest, longest } = data;
  const span = root.kept && root.kept.name === data.name ? root.kept.span : [data.start, data.end];
  root.kept = { name: data.name, span };
  let view = [0, duration];
  let timer = 0;

  // sound: a link that is too old is renewed once, where it stopped
  const player = make("audio");
  player.preload = "none"; // nothing is heard, and nothing is noted as played, until somebody plays it
  let tried = false;
  let from = null; // where to begin when it is loaded
  let until = null; // where to stop
  if (data.sound) player.src = data.sound.link;
  const start = (seconds, end) => {
    if (!data.sound) return;
    [from, until] = [seconds, end];
    if (player.readyState > 0) player.currentTime = seconds;
    player.play().catch(() => {});
  };
  player.addEventListener("loadedmetadata", () => { if (from !== null) player.currentTime = from; });
  player.addEventListener("playing", () => { tried = false; from = null; });
  player.addEventListener("error", async () => {
    if (tried || !player.currentSrc) { trouble.hidden = false; return; }
    tried = true;
    const at = from !== null ? from : player.currentTime;
    const answer = await fetch(data.sound.renew, { method: "POST" }).catch(() => null);
    if (!answer || !answer.ok) { trouble.hidden = false; return; }
    player.src = (await answer.json()).link;
    start(at, until);
  });

  const bar = make("div", "bar");
  const play = make("button", "play", labels.play);
  play.disabled = !data.sound;
  play.addEventListener("click", () => (player.paused ? start(span[0], span[1]) : player.pause()));
  const times = make("span", "times");
  times.setAttribute("role", "status");
  const closer = make("button", "", labels.closer);
  const wider = make("button", "", labels.wider);
  bar.append(play, times, make("span", "grow"), closer, wider);
  const trouble = make("div", "trouble", labels.no_sound);
  trouble.setAttribute("role", "alert");
  trouble.hidden = true;

  const picture = make("div", "picture");
  const waves = data.lanes.map((lane) => {
    const row = make("div", `lane ${lane.role}`);
    const drawn = wave(lane.peaks);
    row.append(make("b", "", lane.name), drawn);
    picture.append(row);
    return { drawn, bins: lane.peaks.length };
  });
  const axis = make("div", "axis");
  const shades = [make("div", "shade"), make("div", "shade")];
  const playhead = make("div", "playhead");
  const handles = [labels.start, labels.end].map((label, which) => {
    const handle = make("div", "handle");
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", label);
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.focus();
      handle.setPointerCapture(event.pointerId);
      const edge = picture.getBoundingClientRect();
      const drag = (moved) => set(which, view[0] + ((moved.clientX - edge.left) / edge.width) * (view[1] - view[0]));
      const drop = () => {
        handle.removeEventListener("pointermove", drag);
        tell(0);
      };
      handle.addEventListener("pointermove", drag);
      handle.addEventListener("lostpointercapture", drop, { once: true });
    });
    handle.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: -1, ArrowDown: -1, PageDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 1 }[event.key];
      if (way) {
        set(which, span[which] + way * (event.shiftKey || event.key.startsWith("Page") ? 1 : 0.1));
        tell(400);
      } else if (event.key === " " || event.key === "Enter") {
        play.click();
      } else return;
      event.preventDefault();
    });
    handle.addEventListener("blur", () => { if (timer) tell(0); });
    return handle;
  });
  picture.append(...shades, axis, playhead, ...handles);
  picture.addEventListener("click", (event) => {
    if (event.target.classList.contains("handle")) return;
    const edge = picture.getBoundingClientRect();
    start(view[0] + ((event.clientX - edge.left) / edge.width) * (view[1] - view[0]), null);
  });

  const box = make("div", "lines");
  box.setAttribute("role", "list");
  box.setAttribute("aria-label", labels.lines);
  const lines = data.lines.map((entry) => {
    const line = make("div", `line ${entry.role}`);
    line.setAttribute("role", "listitem");
    const said = make("button", "said");
    said.dir = "auto";
    said.append(make("i", "", `${entry.who} ${clock(entry.start)}`), entry.text);
    said.addEventListener("click", () => start(entry.start, null));
    const begin = make("button", "snap", labels.from_here);
    begin.addEventListener("click", () => { set(0, entry.start - 0.1); tell(0); });
    const finish = make("button", "snap", labels.to_here);
    finish.addEventListener("click", () => { set(1, entry.end + 0.1); tell(0); });
    line.append(said, begin, finish);
    box.append(line);
    return { line, entry };
  });
  root.replaceChildren(player, bar, trouble, picture, box);

  function set(which, seconds) {
    const other = span[1 - which];
    let at = Math.round(Math.min(Math.max(0, seconds), duration) * 100) / 100;
    if (which === 0) at = Math.min(Math.max(at, other - longest, 0), other - shortest);
    else at = Math.max(Math.min(at, other + longest, duration), other + shortest);
    if (which === 0 && seconds > other - shortest && seconds + shortest <= duration) { // it takes the other along
      at = Math.round(seconds * 100) / 100;
      span[1] = Math.min(duration, at + Math.max(shortest, span[1] - span[0]));
    }
    if (which === 1 && seconds < other + shortest && seconds - shortest >= 0) {
      at = Math.round(seconds * 100) / 100;
      span[0] = Math.max(0, at - Math.max(shortest, span[1] - span[0]));
    }
    span[which] = at;
    if (span[0] < view[0] || span[1] > view[1]) look(Math.min(span[0], view[0]), Math.max(span[1], view[1]));
    else draw();
  }

  function tell(wait) {
    clearTimeout(timer);
    const say = () => {
      timer = 0;
      root.send([span[0], span[1]]);
    };
    if (wait) timer = setTimeout(say, wait);
    else say();
  }

  function look(start, end) {
    view = [Math.max(0, start), Math.min(duration, end)];
    for (const { drawn, bins } of waves) {
      const scale = bins / duration;
      drawn.setAttribute("viewBox", `${view[0] * scale} -100 ${Math.max(1e-3, (view[1] - view[0]) * scale)} 200`);
    }
    axis.replaceChildren();
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800];
    const step = steps.find((one) => (view[1] - view[0]) / one <= 8) || 3600;
    for (let at = Math.ceil(view[0] / step) * step; at < view[1]; at += step) {
      const tick = make("div", "tick", clock(at));
      tick.style.left = place(at);
      axis.append(tick);
    }
    draw();
    let first = null;
    for (const { line, entry } of lines) {
      const near = entry.end > view[0] && entry.start < view[1];
      line.style.display = near ? "" : "none";
      if (near && entry.end > span[0] && !first) first = line;
    }
    if (first) box.scrollTop = first.offsetTop - box.offsetTop - 30;
  }

  function place(seconds) {
    return `${(100 * (seconds - view[0])) / (view[1] - view[0])}%`;
  }

  function draw() {
    handles.forEach((handle, which) => {
      handle.style.left = place(span[which]);
      handle.setAttribute("aria-valuemin", "0");
      handle.setAttribute("aria-valuemax", duration.toFixed(1));
      handle.setAttribute("aria-valuenow", span[which].toFixed(1));
      handle.setAttribute("aria-valuetext", clock(span[which], 1));
    });
    shades[0].style.left = "0";
    shades[0].style.width = place(span[0]);
    shades[1].style.left = place(span[1]);
    shades[1].style.right = "0";
    times.textContent = `${clock(span[0], 1)} – ${clock(span[1], 1)} · ${(span[1] - span[0]).toFixed(1)} s`;
    for (const { line, entry } of lines) line.classList.toggle("in", entry.end > span[0] && entry.start < span[1]);
    closer.disabled = view[1] - view[0] <= span[1] - span[0] + 2;
    wider.disabled = view[0] <= 0 && view[1] >= duration;
  }

  const around = (share) => {
    const margin = Math.max(1, share);
    look(span[0] - margin, span[1] + margin);
  };
  closer.addEventListener("click", () => around((view[1] - view[0] - span[1] + span[0]) / 4));
  wider.addEventListener("click", () => around(view[1] - view[0]));
  around(Math.max(8, (span[1] - span[0]) * 0.6));
  root.scrollIntoView({ block: "center" }); // it may have been chosen far below

  const tick = setInterval(() => {
    if (until !== null && !player.paused && from === null && player.currentTime >= span[1]) player.pause();
    play.textContent = player.paused ? labels.play : labels.pause;
    const at = player.currentTime;
    playhead.hidden = player.readyState === 0 || at < view[0] || at > view[1];
    playhead.style.left = place(at);
  }, 60);
  root.stop = () => {
    clearInterval(tick);
    clearTimeout(timer);
    player.pause();
    delete root.dataset.stamp;
    root.stop = undefined;
  };
  return root.stop;
}
