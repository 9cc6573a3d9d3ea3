export {
  type InstalledEngine,
  type InstallOptions,
  type InstallProgress,
  installEngine,
} from "./installEngine.js";
