import { Command } from "commander";
import { earshotVersion } from "../run/environment.js";
import { addLiveCommand } from "./live.js";
import { addMachineCommands } from "./machine.js";
import {
  collect,
  data,
  examples,
  json,
  noCache,
  skipBroken,
  threads,
  verbose,
  wholeNumber,
  workers,
} from "./options.js";
import { addQueueCommands, queue } from "./queue.js";
import { createScreen } from "./screen.js";
import { addToolCommands } from "./tools.js";

/**
 * The `earshot` command line. What a command needs is loaded when it runs, so that help is there at once.
 *
 * @param signal aborted by Ctrl-C
 */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command("earshot")
    .description("Machine learning that listens: train, judge and use audio models from YAML recipes.")
    .version(earshotVersion(), "--version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    // What a command takes is in its own help.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showSuggestionAfterError(true)
    .configureOutput({ outputError: (text, write) => write(sentence(text)) })
    .exitOverride();
  program.addHelpText("after", examples("earshot train quickstart", "earshot recipes", "earshot train --help"));

  program
    .command("train <recipe>")
    .summary("train a recipe, write a run folder")
    .description(
      "Trains a recipe (a YAML file, or the name of a shipped one) and writes a run folder with model, metrics and report.",
    )
    .addOption(data())
    .option("--out <folder>", "run folder to make (default: runs/RECIPE-N)")
    .option("--set <path=value>", "change a value of the recipe, such as model.c=10; can be repeated", collect, [])
    .option("--seed <n>", "seed of everything random", wholeNumber("seed", 0, 2 ** 32 - 1))
    .addOption(threads())
    .option(
      "--resume",
      "go on with the run in --out (or RECIPE, if it is a run folder; else the youngest) where it stopped",
    )
    .option("--dry-run", "print the recipe with all defaults, check it and the data, and stop")
    .option("--debug", "learn eight items by heart: a quick check of a recipe")
    .addOption(skipBroken())
    .addOption(noCache())
    .option("--allow-leakage", "judge even who or what is also trained on; the report says so in its first line")
    .option("--track <where>", "tell tensorboard, or mlflow=URL|FOLDER, how it goes; can be repeated", collect, [])
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples(
        "earshot train quickstart",
        "earshot train digits-svm --data free-spoken-digit-dataset.tar.gz",
        "earshot train my.yaml --set model.c=10 --set split.by=speaker --json",
        "earshot train runs/digits-cnn-1 --resume --set model.epochs=80",
      ),
    )
    .action(async (recipe, options) => {
      const { trainCommand } = await import("../commands/train.js");
      await trainCommand(recipe, options, { signal, screen: createScreen(options) });
    });

  program
    .command("evaluate <run>")
    .summary("judge a trained run on other data")
    .description("Judges the model of a run on any folder, archive or table that its recipe reads.")
    .addOption(data("folder, archive or table to judge on (default: $EARSHOT_DATA, else what the run was trained on)"))
    .option("--split <name>", "only this part: an official part of the corpus, or test for what the run was judged on")
    .option("--out <folder>", "also write metrics.json, predictions.csv and report.html there")
    .addOption(threads())
    .addOption(skipBroken())
    .addOption(noCache())
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples("earshot evaluate runs/digits-svm-1 --data my-recordings", "earshot evaluate RUN --split test --json"),
    )
    .action(async (run, options) => {
      const { evaluateCommand } = await import("../commands/evaluate.js");
      await evaluateCommand(run, options, { signal, screen: createScreen(options) });
    });

  program
    .command("predict <run> <files...>")
    .summary("name the class of files")
    .description(
      "Names the class of each recording or text, or of each row of a CSV, with probabilities (calibrated, where the run judged 30 items or more); what is unlike anything in training is not judged. Files may be folders, archives or s3://bucket/key.",
    )
    .option("--csv <file>", "write a table: file, class, a column a class")
    .option(
      "--at <point>",
      "where a detector decides: even, eer, falseAlarm, cost or a probability (default: its run's)",
    )
    .option("--anyway", "judge also what is unlike anything in training")
    .option("--top <n>", "classes shown a file", wholeNumber("top", 1), 3)
    .addOption(workers("judge very many files in shards, so many at once; needs --csv"))
    .addOption(queue())
    .addOption(noCache())
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples(
        "earshot predict runs/digits-svm-1 seven.wav",
        "earshot predict RUN *.wav --csv out.csv",
        "earshot predict runs/spoof-logmel-1 voice.wav --at falseAlarm",
        "earshot predict runs/credit-stacking-1 applicants.csv --json",
        "earshot predict /shared/run /shared/calls --csv /shared/calls.csv --queue redis://10.0.0.5:6379",
      ),
    )
    .action(async (run, files, options) => {
      const { predictCommand } = await import("../commands/predict.js");
      await predictCommand(run, files, options, { signal, screen: createScreen(options) });
    });

  program
    .command("export <run>")
    .summary("write a run's model as an ONNX file, or smaller")
    .description(
      "Writes the model of a run as an ONNX file, from sound to probabilities where the graph allows, else from features; or as a run folder of its own. --int8 rounds the kernels of networks to eight bits, a quarter of the size.",
    )
    .option("--onnx <file>", "ONNX file to write")
    .option("--folder <dir>", "run folder to write; prints size, time and accuracy before and after")
    .option("--int8", "kernels in eight bits, a scale an output")
    .option("--data <dir>", "with --folder: data to judge both on")
    .option("--no-features", "leave the features out: the input is then what they give")
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples(
        "earshot export runs/digits-cnn-1 --onnx digits.onnx",
        "earshot export RUN --onnx net.onnx --no-features",
        "earshot export RUN --int8 --folder runs/small --data DIR",
      ),
    )
    .action(async (run, options) => {
      const { exportCommand } = await import("../commands/export.js");
      await exportCommand(run, options, { signal, screen: createScreen(options) });
    });

  program
    .command("recipes")
    .summary("list the shipped recipes")
    .description("Lists the shipped recipes: what each does and what it reached.")
    .addOption(json())
    .action(async (options) => {
      const { recipesCommand } = await import("../commands/recipes.js");
      recipesCommand(createScreen(options));
    });

  program
    .command("init <task>")
    .summary("write a commented recipe to start from")
    .description(
      "Writes a recipe with a comment above each part: digits, speakers, emotion, sounds, spoof, sentiment, credit, characters, or any shipped recipe.",
    )
    .option("--data <folder>", "folder or archive to write into it")
    .option("--out <file>", "file to write (default: the recipe's name)")
    .addOption(json())
    .addOption(verbose())
    .addHelpText("after", examples("earshot init sounds --data my-sounds", "earshot init digits-cnn --out mine.yaml"))
    .action(async (task, options) => {
      const { initCommand } = await import("../commands/init.js");
      await initCommand(task, options, createScreen(options));
    });

  program
    .command("report <runs...>")
    .summary("write a run's page, or compare runs")
    .description(
      "Writes report.html and plots of a run again, from what lies in its folder; several runs are compared on their common items.",
    )
    .option("--out <page.html>", "page to write (default: report.html in the run folder, or comparison.html)")
    .addOption(json())
    .addOption(verbose())
    .addHelpText("after", examples("earshot report runs/digits-svm-1", "earshot report RUN1 RUN2 --out page.html"))
    .action(async (runs, options) => {
      const { reportCommand } = await import("../commands/report.js");
      await reportCommand(runs, options, { signal, screen: createScreen(options) });
    });

  addLiveCommand(program, signal);
  addToolCommands(program, signal);
  addQueueCommands(program, signal);
  addMachineCommands(program);
  return program;
}

/** Commander writes "error: …" with the suggestion on a line of its own. */
function sentence(text: string): string {
  const words = text
    .replace(/^error: /, "")
    .replace(/\s*\n\s*/g, " ")
    .trim();
  const whole = words.charAt(0).toUpperCase() + words.slice(1);
  return `${/[.!?)]$/.test(whole) ? whole : `${whole}.`}\n`;
}
