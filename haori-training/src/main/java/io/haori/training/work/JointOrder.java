package io.haori.training.work;

import java.time.Duration;

/**
 * A run that several members do at once, each of which computes a part of every step.
 *
 * @param order whose worker asks its bench for the group
 * @param members how many; at least 2
 * @param patience how long a member waits for the others in a step
 * @param resume whether it continues from what an earlier attempt at the same order has saved and
 *     nobody has fetched, because the program that asked was killed; else that is deleted
 */
public record JointOrder(WorkOrder order, int members, Duration patience, boolean resume) {}
