/**
 * Trainings and analyses that a server runs for people, one after another, each as a process of its
 * own: {@link io.haori.server.job.Jobs} is the queue, {@link io.haori.server.job.JobRequest} what
 * is asked for, {@link io.haori.server.job.Job} what is known of one, {@link
 * io.haori.server.job.Registering} how its result becomes a version.
 */
@NullMarked
package io.haori.server.job;

import org.jspecify.annotations.NullMarked;
