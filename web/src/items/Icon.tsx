/** The few drawn signs of the pages; 24 x 24, the colour of the text. */

const PATHS = {
  like: "M12 20.5 4.6 13a4.9 4.9 0 0 1 0-7 4.8 4.8 0 0 1 6.9 0l.5.6.5-.6a4.8 4.8 0 0 1 6.9 0 4.9 4.9 0 0 1 0 7Z",
  dislike: "M5.6 5.6 18.4 18.4M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z",
  save: "M6.5 3.5h11v17L12 16.2 6.5 20.5Z",
  why: "M9.3 9.2a2.8 2.8 0 1 1 4 2.6c-.9.4-1.3 1-1.3 1.9v.4M12 17.3v.2M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z",
  close: "M6 6l12 12M18 6 6 18",
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  profile: "M5 4.5h14v15H5ZM8.5 9h7M8.5 12.5h7M8.5 16h4",
  person: "M12 11.5a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
