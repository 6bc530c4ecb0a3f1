package demofusion.coordinator.render;

/**
 * What a job wants of workers.
 *
 * @param modelHash only workers with this model are asked
 * @param priority the higher goes first
 */
public record JobTerms(String modelHash, int priority) {}
