import { Argument, type Command } from "commander";
import { completionScript, shells } from "./completion.js";
import { examples, json, verbose } from "./options.js";
import { createScreen } from "./screen.js";

/** Commands around the installation itself: doctor, completion. */
export function addMachineCommands(program: Command): void {
  program
    .command("doctor")
    .summary("what is here, what is missing")
    .description("Looks for everything that Earshot can use on this machine, and says how to get what is missing.")
    .addOption(json())
    .addOption(verbose())
    .action(async (options) => {
      const { doctorCommand } = await import("../commands/doctor.js");
      await doctorCommand({ screen: createScreen(options) });
    });

  program
    .command("completion")
    .summary("completion for your shell")
    .description("Prints a script that lets a shell complete commands, options and recipes.")
    .addArgument(new Argument("<shell>").choices(shells))
    .addHelpText(
      "after",
      examples(
        'eval "$(earshot completion bash)"   # in ~/.bashrc',
        'eval "$(earshot completion zsh)"    # in ~/.zshrc',
        "earshot completion fish > ~/.config/fish/completions/earshot.fish",
      ),
    )
    .action(async (shell) => {
      const { shippedRecipes } = await import("../recipe/shipped.js");
      createScreen().print(completionScript(program, shell, shippedRecipes()));
    });
}
