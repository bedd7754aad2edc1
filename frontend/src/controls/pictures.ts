/** The media types that browsers show and models are shown. */
const TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/** Whether a file that a person chose is a picture. */
export const isPicture = (file: Blob) => TYPES.includes(file.type);

/** Whether a stored file is a picture, by its name. */
export const isPictureName = (name: string) => /\.(png|jpe?g|webp|gif)$/i.test(name);
