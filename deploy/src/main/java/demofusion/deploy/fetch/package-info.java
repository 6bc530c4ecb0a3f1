/**
 * How a worker comes by files that it has not: {@link demofusion.deploy.fetch.FetchedFiles} (read
 * first) asks the coordinator's store over the API and keeps what came in a {@link
 * demofusion.deploy.fetch.FileCache}.
 */
@NullMarked
package demofusion.deploy.fetch;

import org.jspecify.annotations.NullMarked;
