import { type ComponentType, Suspense, useEffect, useState } from "react";
import { useSay } from "../blocks/say";
import { Failure, Waiting } from "../blocks/states";
import { fetchAhead } from "./ahead";

/** Code that is fetched once; a fetch that failed is tried again when it is wanted again. */
class Later<T> {
  /** What was fetched, once it is there. */
  now?: T;
  private under?: Promise<T>;

  constructor(private readonly load: () => Promise<T>) {
    fetchAhead(() => void this.fetch().catch(() => undefined));
  }

  fetch(): Promise<T> {
    this.under ??= this.load().then(
      (found) => {
        this.now = found;
        return found;
      },
      (cause) => {
        this.under = undefined;
        throw cause;
      },
    );
    return this.under;
  }
}

/** The part once it is there: it is fetched as soon as it is wanted. */
function useLater<T>(later: Later<T>, wanted: boolean): { now?: T; error?: unknown; retry: () => void } {
  const { now } = later;
  const [error, setError] = useState<unknown>();
  const [, setTurn] = useState(0);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is one more fetch
  useEffect(() => {
    // Also where it is there by now: it may have come between the drawing and this.
    if (!wanted || now) return;
    setError(undefined);
    later.fetch().then(() => setTurn((turn) => turn + 1), setError);
  }, [wanted, later, tries]);
  return { now, error, retry: () => setTries((n) => n + 1) };
}

interface Opens {
  open: boolean;
  onClose: () => void;
}

/**
 * A dialog or drawer whose code is fetched apart from its page: ahead, or at the latest when it opens. Where that fails it says so
 * and does not open.
 */
export function lazyDialog<Props extends Opens>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const later = new Later(load);
  return function LazyDialog(props: Props) {
    const say = useSay();
    // One that was never open has nothing to show, nor to keep.
    const [wasOpen, setWasOpen] = useState(false);
    if (props.open && !wasOpen) setWasOpen(true);
    const { now: Dialog, error } = useLater(later, wasOpen && props.open);
    // biome-ignore lint/correctness/useExhaustiveDependencies: each failure is told once
    useEffect(() => {
      if (!error || !props.open) return;
      say.refused(error);
      props.onClose();
    }, [error]);
    if (!wasOpen || !Dialog) return null;
    // It may say what its page does not: those texts are waited for here, not by the page behind it.
    return (
      <Suspense>
        <Dialog {...props} />
      </Suspense>
    );
  };
}

/** A part of a page whose code is fetched when it is shown. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const later = new Later(load);
  return function LazyPart(props: Props) {
    const { now: Part, error, retry } = useLater(later, true);
    if (error) return <Failure error={error} retry={retry} />;
    if (!Part) return <Waiting rows={4} />;
    return (
      <Suspense fallback={<Waiting rows={4} />}>
        <Part {...props} />
      </Suspense>
    );
  };
}
