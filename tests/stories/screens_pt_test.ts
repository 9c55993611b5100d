import { testScreens } from "./screens.ts";

testScreens("pt");
