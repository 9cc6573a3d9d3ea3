/** The part of naudiodon that is used; it has no usable types of its own. */
export interface NaudiodonModule {
  AudioIO(options: { inOptions: NaudiodonInput }): NaudiodonStream;
  getDevices(): NaudiodonDevice[];
  SampleFormat16Bit: number;
}

export interface NaudiodonInput {
  channelCount: number;
  sampleFormat: number;
  sampleRate: number;
  deviceId: number;
  closeOnError: boolean;
  framesPerBuffer: number;
  highwaterMark: number;
  maxQueue: number;
}

export interface NaudiodonStream {
  on(event: "data", listener: (bytes: Buffer) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  start(): void;
  quit(done?: () => void): void;
}

export interface NaudiodonDevice {
  id: number;
  name: string;
  maxInputChannels: number;
  defaultSampleRate: number;
}

const howToInstall =
  "the optional package naudiodon is not installed or does not load; `npm install naudiodon` compiles it (it needs a C++ compiler and, on Linux, libasound2), or use the browser's microphone";

/**
 * Loads naudiodon, which is not installed by itself because it compiles native code.
 *
 * @throws Error saying how to install it
 */
export async function loadNaudiodon(): Promise<NaudiodonModule> {
  const name = "naudiodon";
  try {
    const module = (await import(name)) as NaudiodonModule & { default?: NaudiodonModule };
    return typeof module.AudioIO === "function" ? module : (module.default ?? module);
  } catch (error) {
    throw new Error(`naudiodonSource: ${howToInstall}.`, { cause: error });
  }
}

/**
 * Microphones that naudiodon can hear.
 *
 * @throws Error if naudiodon is not installed
 */
export async function listMicrophones(load = loadNaudiodon): Promise<{ id: number; name: string; channels: number }[]> {
  const devices = (await load()).getDevices();
  return devices
    .filter(({ maxInputChannels }) => maxInputChannels > 0)
    .map(({ id, name, maxInputChannels }) => ({ id, name, channels: maxInputChannels }));
}
