// Lets node run the app's TypeScript in unit tests: `node --import ./tools/register-typescript.mjs --test ...`.
import { register } from "node:module";

register("./typescript-loader.mjs", import.meta.url);
