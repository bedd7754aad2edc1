import { useEffect, useEffectEvent, useState } from 'react';

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** Keeps the browser from leaving the page for a file that is dropped where nothing takes it. */
export function refuseDroppedFiles() {
  const refuse = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer!.dropEffect = 'none';
  };
  // In the capture phase, so that whoever takes files has the last word.
  window.addEventListener('dragover', refuse, true);
  window.addEventListener('drop', refuse, true);
}

/** Takes files that are dropped anywhere on the page. Returns whether some are being dragged over it. */
export function useDroppedFiles(onFiles: (files: FileList) => void): boolean {
  const [dropping, setDropping] = useState(false);
  const take = useEffectEvent(onFiles);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = 'copy';
      setDropping(true);
    };
    // Without a related target the pointer has left the window.
    const leave = (event: DragEvent) => event.relatedTarget === null && setDropping(false);
    const drop = (event: DragEvent) => {
      setDropping(false);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      take(event.dataTransfer!.files);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return dropping;
}
