/**
 * The landscapes that the miniature was trained with, drawn for measuring: {@link
 * demofusion.deploy.compare.scene.SceneTraits} says what is in one, {@link
 * demofusion.deploy.compare.scene.Scene} (read first) draws it at any size. Where a caption is one
 * of them, the truth about its picture is known: how much detail it has, and how many things.
 */
@NullMarked
package demofusion.deploy.compare.scene;

import org.jspecify.annotations.NullMarked;
