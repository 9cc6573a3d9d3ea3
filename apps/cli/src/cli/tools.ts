import { type Command, Option } from "commander";
import {
  collect,
  data as dataOption,
  examples,
  json,
  noCache,
  skipBroken,
  threads,
  verbose,
  wholeNumber,
  workers,
} from "./options.js";
import { queue } from "./queue.js";
import { createScreen } from "./screen.js";

/** Commands around data and machines: inspect, sweep, extract, data, spoof, engine. */
export function addToolCommands(program: Command, signal: AbortSignal): void {
  program
    .command("inspect <path>")
    .summary("look at sound, video, corpus or table")
    .description(
      "Writes a page, and its pictures as PNG, on a recording (waveform, spectrogram, pitch, every term explained), a video (cuts, pictures, sound, whether mouth and sound are together), a corpus (classes, speakers, doubles) or a table (types, missing values, distributions, correlations).",
    )
    .option("--out <page.html>", "page to write (default: recording.html, video.html, corpus.html or table.html)")
    .option("--target <column>", "column of a table that is to be learned (default: guessed)")
    .option("--faces <yunet.onnx>", "follows face and mouth through a video (default: found in the data folder)")
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples(
        "earshot inspect seven.wav",
        "earshot inspect my-recordings --out look.html",
        "earshot inspect credit.csv --target default",
      ),
    )
    .action(async (path, options) => {
      const { inspectCommand } = await import("../commands/inspect.js");
      await inspectCommand(path, options, { signal, screen: createScreen(options) });
    });

  program
    .command("sweep <recipe>")
    .summary("try settings, judge the best")
    .description(
      "Tries settings on folds of the training items: every combination, some drawn at random, or many roughly and few thoroughly; the best is trained and judged on items that no trial has seen.",
    )
    .option(
      "--set <path=a,b,c>",
      "values to try; drawn at random also path=low..high or path=log:low..high; can be repeated",
      collect,
      [],
    )
    .addOption(
      new Option("--search <how>", "every combination, drawn at random, or successive halving (ASHA)")
        .choices(["grid", "random", "halving"])
        .default("grid"),
    )
    .option(
      "--trials <n>",
      "combinations to draw (default: 20 at random; of halving, all)",
      wholeNumber("trials", 1, 100000),
    )
    .option("--seed <n>", "draws the combinations", wholeNumber("seed", 0), 0)
    .option("--budget <path=low..high>", "of halving: model.epochs=3..27 or items=0.1..1")
    .option("--eta <n>", "of halving: one in so many goes on (default: 3)", wholeNumber("eta", 2, 100))
    .addOption(dataOption())
    .option(
      "--out <folder>",
      "folder for trials and the best run; goes on where it was stopped (default: runs/sweep-RECIPE)",
    )
    .option("--folds <n>", "inner folds", wholeNumber("folds", 2, 20), 3)
    .addOption(workers("trainings at once (default: 1)"))
    .addOption(queue())
    .addOption(threads())
    .option("--retry", "judge again what failed before")
    .addOption(noCache())
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples(
        "earshot sweep quickstart --set model.c=0.1,1,10",
        "earshot sweep my.yaml --set model.c=log:0.01..100 --set features.nMfcc=13..40 --search random --trials 30",
        "earshot sweep digits-cnn --set model.optimizer.learningRate=log:1e-4..1e-2 --search halving --trials 27",
        "earshot sweep my.yaml --set model.c=1,10 --out /shared/sweep --queue redis://10.0.0.5:6379",
      ),
    )
    .action(async (recipe, options) => {
      const { sweepCommand } = await import("../commands/sweep.js");
      await sweepCommand(recipe, options, { signal, screen: createScreen(options) });
    });

  program
    .command("extract <recipe> <path>")
    .summary("write features as an Arrow file")
    .description(
      "Turns every recording of a folder or archive into the features of a recipe: one Arrow file that pyarrow, pandas and DuckDB read; goes on where it was stopped.",
    )
    .option("--out <features.arrow>", "file to write", "features.arrow")
    .option(
      "--set <path=value>",
      "change a value of the recipe, such as features.nMfcc=20; can be repeated",
      collect,
      [],
    )
    .addOption(workers("workers at most (default: all cores)"))
    .addOption(queue())
    .addOption(skipBroken())
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples(
        "earshot extract digits-svm free-spoken-digit-dataset.tar.gz --out digits.arrow",
        "earshot extract my.yaml my-recordings --set features.nMfcc=20 --workers 4",
        "earshot extract my.yaml /shared/recordings --out /shared/all.arrow --queue redis://10.0.0.5:6379",
        "earshot extract my.yaml s3://bucket/recordings --out s3://bucket/all.arrow --queue env",
      ),
    )
    .action(async (recipe, path, options) => {
      const { extractCommand } = await import("../commands/extract.js");
      await extractCommand(recipe, path, options, { signal, screen: createScreen(options) });
    });

  const data = program
    .command("data")
    .summary("list, describe, get, verify corpora")
    .description("Corpora that Earshot reads: list them, describe, download or verify one.")
    .addHelpText(
      "after",
      examples("earshot data list", "earshot data info ravdess", "earshot data get freeSpokenDigits --out data"),
    );
  data
    .command("list")
    .description("Lists the corpora that Earshot reads: sound, pictures, texts and tables.")
    .addOption(json())
    .action(async (options) => {
      const { listCommand } = await import("../commands/data.js");
      listCommand({ screen: createScreen(options) });
    });
  data
    .command("info <name>")
    .description("Licence, citation, page and split of a corpus.")
    .addOption(json())
    .action(async (name, options) => {
      const { infoCommand } = await import("../commands/data.js");
      infoCommand(name, { screen: createScreen(options) });
    });
  data
    .command("get <name>")
    .description("Downloads a corpus from its official server, going on where an earlier download stopped.")
    .option("--out <folder>", "folder for the files", ".")
    .addOption(json())
    .addOption(verbose())
    .action(async (name, options) => {
      const { getCommand } = await import("../commands/data.js");
      await getCommand(name, options, { signal, screen: createScreen(options) });
    });
  data
    .command("verify <name> <path>")
    .description("Compares a folder or archive with the release: missing, foreign and broken files.")
    .addOption(json())
    .addOption(verbose())
    .action(async (name, path, options) => {
      const { verifyCommand } = await import("../commands/data.js");
      await verifyCommand(name, path, { signal, screen: createScreen(options) });
    });

  program
    .command("spoof <path>")
    .summary("make spoofed speech")
    .description(
      "Makes spoofed versions of recordings by vocoders, splicing, replay and more, with protocol.tsv; goes on where it was stopped.",
    )
    .requiredOption("--out <folder>", "folder for the files")
    .option("--methods <names>", "methods with commas between (default: all of our own)")
    .addOption(
      new Option("--versions <which>", "of each recording: by one method, in turn, or by all")
        .choices(["one", "all"])
        .default("one"),
    )
    .option("--sample-rate <hz>", "rate of all files", wholeNumber("sample-rate", 4000, 192000), 16000)
    .option("--seed <n>", "draws every parameter", wholeNumber("seed", 0), 0)
    .addOption(threads().conflicts("queue"))
    .addOption(queue())
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples(
        "earshot spoof my-speech --out spoofed",
        "earshot spoof DIR --out DIR2 --methods griffinLim,lpcVocoder --versions all",
      ),
    )
    .action(async (path, options) => {
      const { spoofCommand } = await import("../commands/spoof.js");
      await spoofCommand(path, options, { signal, screen: createScreen(options) });
    });

  program
    .command("generate <run>")
    .summary("make sounds that were never recorded")
    .description(
      "Makes sounds of the classes that a generative run has learned: a WAV and a PNG each, and a page to look and listen.",
    )
    .option("--label <name>", "class to make; can be repeated (default: all)", collect, [])
    .option("--count <n>", "sounds of each class, or steps of the way to --to", wholeNumber("count", 1, 1000), 4)
    .option("--seed <n>", "of the noise; number i of a seed is always the same", wholeNumber("seed", 0), 0)
    .option("--to <seed>", "goes step by step from --seed to this one", wholeNumber("to", 0))
    .option(
      "--truncation <x>",
      "keep the noise within ±x: more usual sounds, less various ones (default: as the run was judged)",
      Number,
    )
    .requiredOption("--out <folder>", "folder to make")
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples(
        "earshot generate runs/sounds-gan-1 --label dog --count 8 --seed 1 --out dogs",
        "earshot generate runs/digits-gan-1 --label 7 --seed 1 --to 2 --count 9 --out way",
      ),
    )
    .action(async (run, options) => {
      const { generateCommand } = await import("../commands/generative.js");
      await generateCommand(run, options, { signal, screen: createScreen(options) });
    });

  const engine = program
    .command("engine")
    .summary("which engines train here, how fast; install others")
    .description("Lists the engines that load on this machine and times a training step on each.")
    .addOption(threads())
    .addOption(new Option("--only <name>", "one engine alone"))
    .addOption(json())
    .addOption(verbose())
    .addHelpText("after", examples("earshot engine", "earshot engine install cuda12"))
    .action(async (options) => {
      const { engineCommand } = await import("../commands/engine.js");
      await engineCommand(options, { signal, screen: createScreen(options) });
    });
  engine
    .command("install")
    .summary("install TensorFlow's own library as an engine")
    .description(
      "Installs TensorFlow's own library into the cache folder, after a look at what it needs: cuda12 and gpu for GPUs, native and tensorflow-cpu.",
    )
    .argument("<name>", "cuda12, gpu, native or tensorflow-cpu")
    .option("--force", "go on although something that it needs is missing")
    .addOption(json())
    .addOption(verbose())
    .addHelpText("after", examples("earshot engine install cuda12", "earshot engine install tensorflow-cpu"))
    .action(async (name, _options, command) => {
      const options = command.optsWithGlobals();
      const { engineInstallCommand } = await import("../commands/engine.js");
      await engineInstallCommand(name, options, { signal, screen: createScreen(options) });
    });
}
