/**
 * Files that are whole or not there, for coordinators and clients alike ({@link
 * demofusion.protocol.file.SafeFile}), what kind of picture one is ({@link
 * demofusion.protocol.file.PictureFormat}), and what only stands for a file.
 */
@NullMarked
package demofusion.protocol.file;

import org.jspecify.annotations.NullMarked;
