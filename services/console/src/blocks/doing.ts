import { useSay } from "./say";

/** Ways to do something and say how it went. */
export function useDo() {
  const say = useSay();
  /** Says that something was done, with the way back where there is one. */
  const done = (text: string, back?: () => Promise<unknown>) =>
    say.done(text, back && (() => void back().catch(say.refused)));
  return {
    done,
    /** Does it and says so, or says why it was refused; resolves to the answer, or to nothing if it was refused. */
    run: async <Answer>(
      act: () => Promise<Answer>,
      text: string,
      back?: (answer: Answer) => Promise<unknown>,
    ): Promise<Answer | undefined> => {
      try {
        const answer = await act();
        done(text, back && (() => back(answer)));
        return answer;
      } catch (cause) {
        say.refused(cause);
        return undefined;
      }
    },
  };
}
