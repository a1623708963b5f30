package schedule

import (
	"bufio"
	"fmt"
	"os"
	"testing"
)

// Draws.java's generator, and what it has drawn as a number in [0, 1).
type draws uint64

func (d *draws) below(n int) int {
	*d = *d*6364136223846793005 + 1442695040888963407
	return int((uint64(*d) >> 33) % uint64(n))
}

type drawn float64

func (u drawn) Float64() float64 { return float64(u) }

// TestAsk writes 1 for a kill; one draw in five is the probability itself.
func TestAsk(t *testing.T) {
	file, err := os.Create(os.Getenv("ANSWERS") + "/chaosmonkey_kills.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := bufio.NewWriter(file)
	defer out.Flush()
	d := draws(2)
	for i := 0; i < 10000; i++ {
		mean := 1 + d.below(20)
		u := float64(d.below(1<<20)) / (1 << 20)
		if d.below(5) == 0 {
			u = 1 / float64(mean)
		}
		kill := 0
		if shouldKillInstance(mean, drawn(u)) {
			kill = 1
		}
		fmt.Fprintln(out, kill)
	}
}
