import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { EarshotListener } from '../element/listener.ts';

/** The events of `<earshot-listener>`. */
export type EarshotListenerEvent =
  | 'statechange'
  | 'durationchange'
  | 'emptied'
  | 'ended'
  | 'enterpictureinpicture'
  | 'error'
  | 'leavepictureinpicture'
  | 'loadedmetadata'
  | 'loadstart'
  | 'pause'
  | 'play'
  | 'playing'
  | 'progress'
  | 'resize'
  | 'timeupdate'
  | 'volumechange'
  | 'waiting';

/**
 * The attributes of `<earshot-listener>` in JSX, for pages without server rendering: during hydration, React sets no
 * properties and adds no handlers. Needs React 19 or newer; an older one sets attributes only. The component
 * `EarshotListener` has neither limit.
 */
export type EarshotListenerAttributes = DetailedHTMLProps<
  HTMLAttributes<EarshotListener>,
  EarshotListener
> & {
  [Name in
    | 'src'
    | 'autoplay'
    | 'muted'
    | 'heading'
    | 'artist'
    | 'artwork'
    | 'options'
    | 'words'
    | 'volume']?: EarshotListener[Name] | undefined;
} & { [Name in `on${EarshotListenerEvent}`]?: ((event: Event) => void) | undefined } & {
  /** Shows and announces nothing: for custom controls. Default: `false`. */
  readonly nocontrols?: boolean | undefined;
};

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'earshot-listener': EarshotListenerAttributes;
    }
  }
}
