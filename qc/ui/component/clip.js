// One stretch of a call: an <audio> element that plays from `start` to `end`, by a link that is renewed when it is too old.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".qc-clip");
  const stamp = JSON.stringify([data.sound.name, data.start, data.end]);
  if (root.dataset.stamp === stamp) return;
  root.dataset.stamp = stamp;
  const player = document.createElement("audio");
  player.controls = true;
  player.controlsList = "nodownload";
  player.preload = "none"; // nothing is heard, and nothing is noted as played, until somebody plays it
  player.setAttribute("aria-label", data.label);
  const place = (link) => { player.src = `${link}#t=${data.start.toFixed(2)},${data.end.toFixed(2)}`; };
  let tried = false;
  player.addEventListener("playing", () => { tried = false; });
  player.addEventListener("error", async () => {
    if (tried) return;
    tried = true;
    const answer = await fetch(data.sound.renew, { method: "POST" }).catch(() => null);
    if (!answer || !answer.ok) return;
    place((await answer.json()).link);
    player.play().catch(() => {});
  });
  place(data.sound.link);
  root.replaceChildren(player);
}
