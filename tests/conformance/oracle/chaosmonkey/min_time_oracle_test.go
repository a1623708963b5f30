package mysql

import (
	"bufio"
	"fmt"
	"os"
	"testing"
	"time"
)

// Draws.java's generator.
type draws uint64

func (d *draws) below(n int) int {
	*d = *d*6364136223846793005 + 1442695040888963407
	return int((uint64(*d) >> 33) % uint64(n))
}

// TestAsk writes the local day of each answer, in days since 1970.
func TestAsk(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(os.Getenv("ANSWERS") + "/chaosmonkey_min_time.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := bufio.NewWriter(file)
	defer out.Flush()
	d := draws(1)
	for i := 0; i < 10000; i++ {
		year, day, minute := 2010+d.below(25), d.below(365), d.below(1440)
		days, endHour := d.below(30), 1+d.below(23)
		now := time.Date(year, 1, 1+day, minute/60, minute%60, 0, 0, zone)
		since, err := noKillsSince(days, now, endHour, zone)
		if err != nil {
			t.Fatal(err)
		}
		y, m, local := since.In(zone).Date()
		fmt.Fprintln(out, time.Date(y, m, local, 0, 0, 0, 0, time.UTC).Unix()/86400)
	}
}
