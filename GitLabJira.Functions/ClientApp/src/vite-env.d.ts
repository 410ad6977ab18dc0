/// <reference types="vite/client" />
declare module 'virtual:token-styles.css';
