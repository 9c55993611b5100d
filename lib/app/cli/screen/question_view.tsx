/** A question that must be answered with yes or no. */
import { Text, useInput } from "ink";
import type { ReactNode } from "react";
import { isYes } from "../commands/large_download.ts";
import { Keys } from "./parts.tsx";
import type { ScreenModel } from "./screen_model.ts";

export function QuestionView({ model, width }: { readonly model: ScreenModel; readonly width: number }): ReactNode {
  const { question, words } = model;
  useInput((input) => question?.answer(isYes(input, words)));
  return (
    <>
      <Text bold>{question?.text}</Text>
      <Keys keys={words.screen.confirmKeys} width={width} />
    </>
  );
}
