// Lines follow the sound, and the sound follows a click on a line. One clip sounds at a time.
const sounds = [...document.querySelectorAll("audio")];

for (const sound of sounds) {
  const clip = sound.closest("article");
  const lines = [...clip.querySelectorAll(".cue")];
  const follow = () => {
    for (const line of lines) {
      const now = sound.currentTime >= Number(line.dataset.start) && sound.currentTime < Number(line.dataset.end);
      line.classList.toggle("now", now && (sound.currentTime > 0 || !sound.paused));
    }
    if (!sound.paused) requestAnimationFrame(follow);
  };
  sound.addEventListener("play", () => {
    for (const other of sounds) if (other !== sound) other.pause();
    follow();
  });
  for (const event of ["seeked", "pause", "ended"]) sound.addEventListener(event, follow);
  const jump = (seconds) => {
    sound.currentTime = seconds;
    sound.play().catch(() => {}); // a browser may want a click on the player itself first
  };
  for (const line of lines) line.addEventListener("click", () => jump(Number(line.dataset.start)));
  for (const one of clip.querySelectorAll(".jump")) one.addEventListener("click", () => jump(Number(one.dataset.at)));
}
