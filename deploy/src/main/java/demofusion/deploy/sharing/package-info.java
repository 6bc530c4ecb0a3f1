/**
 * Cards that belong to somebody: when a worker may use its device. Read {@link
 * demofusion.deploy.sharing.SharedCard} first; who wants the card is what a {@link
 * demofusion.deploy.sharing.CardOwner} says.
 */
@NullMarked
package demofusion.deploy.sharing;

import org.jspecify.annotations.NullMarked;
