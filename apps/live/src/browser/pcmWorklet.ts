/** Name under which the processor registers. */
export const pcmProcessor = "earshot-pcm";

/**
 * The AudioWorklet module, as text: worklets load from a URL of their own. It averages the channels of its input and posts blocks of `blockSize`
 * samples; what is left when the source ends is posted short.
 */
export const pcmWorkletSource = `
class EarshotPcm extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.block = new Float32Array(processorOptions.blockSize);
    this.length = 0;
    this.open = true;
    this.port.onmessage = () => { this.open = false; };
  }
  process([channels]) {
    const count = channels.length;
    if (count > 0) {
      const frames = channels[0].length;
      for (let i = 0; i < frames; i++) {
        let sum = 0;
        for (let c = 0; c < count; c++) sum += channels[c][i];
        this.block[this.length++] = sum / count;
        if (this.length === this.block.length) this.post();
      }
    }
    return this.open;
  }
  post() {
    const block = this.block.slice(0, this.length);
    this.port.postMessage(block, [block.buffer]);
    this.length = 0;
  }
}
registerProcessor("${pcmProcessor}", EarshotPcm);
`;
