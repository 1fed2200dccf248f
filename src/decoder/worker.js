/* Tessera: reads QR codes beside the page, which stays quick. A picture comes in, and the texts of its codes go out; null
   says that reading failed. `make site` puts this behind the script that loads the WebAssembly. */
const ready = wasm_bindgen({ module_or_path: self.location.href.replace(/js$/, "wasm") });
ready.then(() => self.postMessage("ready"), () => self.postMessage(null));
self.onmessage = ({ data: { pixels, width, inverted } }) => {
  try {
    self.postMessage(wasm_bindgen.read(new Uint8Array(pixels), width, inverted));
  } catch {
    self.postMessage(null);
  }
};
