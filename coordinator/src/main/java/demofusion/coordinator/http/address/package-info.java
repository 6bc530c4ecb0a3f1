/**
 * The addresses under which clients find this server, directly or through proxies. Read {@link
 * demofusion.coordinator.http.address.PublicAddress} first: whatever makes an address uses it.
 */
@NullMarked
package demofusion.coordinator.http.address;

import org.jspecify.annotations.NullMarked;
