/** A question that must be answered by a key or a line. */
import { Text, useInput } from "ink";
import type { ReactNode } from "react";
import { visible } from "../../words/visible.ts";
import { useLatestState } from "./hooks.ts";
import { typedText } from "./list/list_state.ts";
import { Keys } from "./parts.tsx";
import type { Question, ScreenModel } from "./screen_model.ts";

/** The longest line, in characters: longer than what people type. */
const MAX_LINE = 60;

export function QuestionView({ model, question, width }: {
  readonly model: ScreenModel;
  readonly question: Question;
  readonly width: number;
}): ReactNode {
  const { words: { screen } } = model;
  const line = useLatestState("");
  useInput((input, key) => {
    if (!question.isLine) return question.answer(input);
    if (key.escape) return question.answer(null);
    if (key.backspace || key.delete) line.set([...line.get()].slice(0, -1).join(""));
    else if (!key.ctrl && !key.meta) line.set([...line.get() + typedText(input)].slice(0, MAX_LINE).join(""));
    if (key.return || /[\r\n]$/.test(input)) question.answer(line.get()); // Text and Enter may arrive together.
  });
  return (
    <>
      <Text bold>{question.text}</Text>
      {question.isLine && <Text wrap="truncate">{`${visible(line.get())}▏`}</Text>}
      <Keys keys={question.isLine ? screen.lineKeys : screen.confirmKeys} width={width} />
    </>
  );
}
