// Styles are bundled by the build; for the compiler they are nothing.
declare module '*.css';
