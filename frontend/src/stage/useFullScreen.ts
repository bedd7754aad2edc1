import { useEffect, useState } from 'react';

/** Full screen for an element. With `control` the keys that the browser keeps for itself reach the desktop there, where the browser allows it. */
export function useFullScreen(frame: HTMLElement | null, control: boolean) {
  const [fullScreen, setFullScreen] = useState(false);
  useEffect(() => {
    const listen = () => setFullScreen(frame !== null && document.fullscreenElement === frame);
    document.addEventListener('fullscreenchange', listen);
    return () => document.removeEventListener('fullscreenchange', listen);
  }, [frame]);
  useEffect(() => {
    const { keyboard } = navigator;
    if (!fullScreen || !control || !keyboard) return;
    keyboard.lock().catch(() => undefined);
    return () => keyboard.unlock();
  }, [fullScreen, control]);

  const toggle = () =>
    void (document.fullscreenElement ? document.exitFullscreen() : frame?.requestFullscreen().catch(() => undefined));
  return { fullScreen, toggle };
}
