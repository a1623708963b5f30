package com.netflix.kayenta.judge

/** What the classifier asks of a metric; upstream's stands in a file that needs all of Spinnaker. */
case class Metric(name: String, values: Array[Double], label: String)
