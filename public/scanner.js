/* Tessera: scans a code with the camera, or in a picture out of a file. Only codes of this site count, and of a link
   nothing is taken but the code. */
(() => {
  "use strict";
  const scanner = document.querySelector("[data-scanner]");
  if (!scanner) return;
  const find = what => scanner.querySelector(what), all = what => scanner.querySelectorAll(what);
  const video = find("video"), light = find("[data-light]"), file = find("[type=file]"), form = find("form");
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d", { willReadFrequently: true });
  const refusals = {
    NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none",
    NotReadableError: "busy", AbortError: "busy",
  };
  const pause = time => new Promise(done => setTimeout(done, time));
  const within = (time, answer) => Promise.race([answer, pause(time).then(() => { throw new Error("late"); })]);

  const show = state => {
    if (scanner.dataset.state === state) return;
    scanner.dataset.state = state;
    all("[data-in]").forEach(it => { it.hidden = !it.dataset.in.split(" ").includes(state); });
  };

  const codeIn = text => {
    let link;
    try { link = new URL(text); } catch { return null; }
    const [, way, code] = /^\/([st])\/([a-z2-7]{40})$/i.exec(link.pathname) || [];
    return code && link.href === location.origin + link.pathname ? { way: way.toLowerCase(), code: code.toUpperCase() } : null;
  };

  const go = ({ way, code }) => {
    close();
    show("found");
    if (way === "t") return location.assign("/t/" + code);
    form.elements.code.value = code;
    form.requestSubmit();
  };

  /* --- Readers: the texts of the codes on the canvas --- */

  /* A browser may have a detector that throws, or that never answers. It is not asked again then. */
  let detector = "BarcodeDetector" in window;
  const byBrowser = async () => {
    try {
      if (detector === true) detector = new BarcodeDetector({ formats: ["qr_code"] });
      return (await within(2000, detector.detect(canvas))).map(code => code.rawValue);
    } catch {
      detector = null;
      return [];
    }
  };

  /* A worker of ours that has loaded its decoder. A picture on which it breaks or takes too long ends it. */
  let worker, last = Promise.resolve();
  const begin = async () => {
    const made = new Worker(scanner.dataset.scanner);
    try {
      await within(30000, new Promise((done, fail) => {
        made.onmessage = ({ data }) => data ? done() : fail();
        made.onerror = fail;
      }));
      return made;
    } catch (why) {
      made.terminate();
      worker = null;
      throw why;
    }
  };
  const askWorker = async (inverted, { data: { buffer }, width }) => {
    const made = await (worker ||= begin());
    try {
      return await within(5000, new Promise((done, fail) => {
        made.onmessage = ({ data }) => data ? done(data) : fail();
        made.onerror = fail;
        made.postMessage({ pixels: buffer, width, inverted }, [buffer]);
      }));
    } catch {
      made.terminate();
      worker = null;
      return [];
    }
  };
  const byWorker = inverted => {
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    return last = last.then(() => askWorker(inverted, picture), () => askWorker(inverted, picture));
  };

  /* Some detectors never find anything, so the worker helps where there was nothing for a while. */
  const read = async (inverted, helps) => {
    const texts = detector ? await byBrowser() : [];
    return texts.length || (detector && !helps) ? texts : byWorker(inverted);
  };

  const draw = (source, width, height, most) => {
    const scale = Math.min(1, most / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    pen.imageSmoothingQuality = "high";
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  };

  /* --- The camera: whatever was begun before `run` changed is over --- */

  let run = 0, isOpen = false, stream = null;
  const release = stream => stream && stream.getTracks().forEach(track => track.stop());
  const close = () => {
    run++;
    isOpen = false;
    release(stream);
    stream = video.srcObject = null;
    light.hidden = true;
    light.setAttribute("aria-pressed", "false");
  };
  const end = (mine, state) => {
    if (mine !== run) return;
    close();
    show(state);
  };

  /* The size of a frame decides how its stripes and noise fall on the modules of a code: another one is tried each time. */
  const edges = [1000, 720];
  const look = async mine => {
    const since = performance.now();
    for (let round = 0, foreign = -Infinity; mine === run; round++) {
      const now = performance.now();
      if (video.videoWidth) {
        draw(video, video.videoWidth, video.videoHeight, edges[(round >> 1) % edges.length]);
        const texts = await read(round % 2 === 1, now - since > 3000);
        if (mine !== run) return;
        const code = texts.map(codeIn).find(Boolean);
        if (code) return go(code);
        if (texts.length) foreign = now;
        show(now - foreign < 3000 ? "foreign" : "looking");
      }
      await pause(80);
    }
  };

  const start = async () => {
    const mine = ++run;
    isOpen = true;
    show("starting");
    const asked = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
    let got;
    try {
      got = await navigator.mediaDevices.getUserMedia({ audio: false, video: asked });
    } catch (why) {
      return end(mine, refusals[why.name] || "failed");
    }
    if (mine !== run) return release(got);
    stream = video.srcObject = got;
    const [track] = got.getVideoTracks();
    track.onended = () => end(mine, "busy");
    light.hidden = !(track.getCapabilities && track.getCapabilities().torch);
    show("looking");
    try { await video.play(); } catch { return end(mine, "failed"); }
    look(mine).catch(() => end(mine, "unloaded"));
  };

  find("[data-open]").onclick = ({ detail }) => {
    if (!isOpen) start();
    /* The second tap of two in a row is no wish to stop. */
    else if (stream && detail < 2) { close(); show("ready"); }
  };
  light.onclick = async () => {
    const on = light.getAttribute("aria-pressed") !== "true";
    try {
      await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
      light.setAttribute("aria-pressed", String(on));
    } catch {
      light.hidden = true;
    }
  };

  /* --- A picture out of a file --- */

  const readFile = async chosen => {
    close();
    const mine = run;
    show("reading");
    let picture;
    try { picture = await createImageBitmap(chosen); } catch { return end(mine, "unreadable"); }
    const { width, height } = picture, seen = [];
    for (const most of Math.max(width, height) > 1000 ? [1000, 2000] : [1000]) {
      for (const inverted of [false, true]) {
        draw(picture, width, height, most);
        seen.push(...await read(inverted, true));
        if (mine !== run) return;
        const code = seen.map(codeIn).find(Boolean);
        if (code) return go(code);
      }
    }
    end(mine, seen.length ? "other" : "nothing");
  };
  find("[data-choose]").onclick = () => file.click();
  file.onchange = () => {
    const [chosen] = file.files;
    if (chosen) readFile(chosen).catch(() => { close(); show("unloaded"); });
    /* So that the same file can be chosen again. */
    file.value = "";
  };

  /* --- The page is left and comes back --- */

  let resumes = false;
  document.addEventListener("visibilitychange", () => {
    const isSeen = document.visibilityState === "visible";
    if (!isSeen && isOpen) { close(); resumes = true; }
    else if (isSeen && resumes) { resumes = false; start(); }
  });
  const canOpen = navigator.mediaDevices && navigator.mediaDevices.getUserMedia;
  const rest = () => show(canOpen ? "ready" : isSecureContext ? "none" : "insecure");
  window.addEventListener("pagehide", () => {
    resumes = false;
    close();
    rest();
  });

  const isApple = /iPhone|iPad/.test(navigator.userAgent) || (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
  const system = isApple ? "ios" : /Android/.test(navigator.userAgent) ? "android" : "computer";
  all("[data-on]").forEach(it => it.dataset.on === system || it.remove());
  scanner.hidden = false;
  rest();
  /* Who tapped "Scan a code" on another page of ours, and has allowed the camera for good, need not tap again. */
  const [came] = performance.getEntriesByType("navigation");
  if (canOpen && navigator.permissions && came && came.type === "navigate" && document.referrer.startsWith(location.origin + "/")) {
    navigator.permissions.query({ name: "camera" }).then(({ state }) => {
      if (state === "granted" && run === 0 && document.visibilityState === "visible") start();
    }, () => {});
  }
})();
