import type { Command } from "commander";
import { collect, examples, json, share, verbose, wholeNumber } from "./options.js";
import { createScreen } from "./screen.js";

/** `earshot live` */
export function addLiveCommand(program: Command, signal: AbortSignal): void {
  program
    .command("live [runs...]")
    .summary("a microphone in front of models")
    .description(
      "Serves a page that listens with the models of runs, or the shipped ones (emotion, spoof, sounds, digits); or listens itself, to a microphone of this machine, a file or raw PCM.",
    )
    .option("--source <which>", "browser, mic (needs naudiodon), a file, or - for 16-bit PCM on stdin", "browser")
    .option("--port <n>", "port of the page; 0 takes a free one", wholeNumber("port", 0, 65_535), 8123)
    .option("--host <address>", "address to listen on; others than loopback need --token-file and TLS", "127.0.0.1")
    .option("--no-open", "do not open the page in a browser")
    .option("--token-file <file>", "holds what clients must present, at least 16 characters")
    .option("--tls-cert <file>", "certificate, PEM")
    .option("--tls-key <file>", "key, PEM")
    .option("--insecure", "let other machines connect without token or TLS")
    .option("--origin <url>", "page of another site that may connect; can be repeated", collect, [])
    .option("--workers <n>", "inference threads", wholeNumber("workers", 1, 256), 1)
    .option("--sensitivity <s>", "from 0 (sure events only) to 1 (many)", share("sensitivity"), 0.5)
    .option("--gate", "leave out windows in which nobody can be heard")
    .option("--device <name>", "microphone, by number or part of its name, with --source mic")
    .option("--rate <hz>", "sample rate of raw PCM and of the microphone", wholeNumber("rate", 8000, 192_000), 16_000)
    .option("--fast", "work a file off as fast as possible, not in real time", false)
    .option("--lines", "print a JSON line for every prediction", false)
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples(
        "earshot live",
        "earshot live runs/emotion-cnn-lstm-1 spoof --port 9000",
        "earshot live --source meeting.wav --fast --json",
        "arecord -t raw -f S16_LE -r 16000 | earshot live sounds --source - --lines",
      ),
    )
    .action(async (runs, options) => {
      const { liveCommand } = await import("../commands/live.js");
      await liveCommand(runs, options, { signal, screen: createScreen(options) });
    });
}
