package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

func main() {
	url := "https://api.incident.io/v2/incidents?page_size=1"
	if len(os.Args) > 1 && os.Args[1] == "elsewhere" {
		url = "https://elsewhere.example/"
	}
	request, _ := http.NewRequest("GET", url, nil)
	request.Header.Set("Authorization", "Bearer "+os.Getenv("INCIDENT_IO_API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer response.Body.Close()
	var page struct {
		Incidents []struct{ Reference string }
	}
	if err := json.NewDecoder(response.Body).Decode(&page); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(response.StatusCode, page.Incidents[0].Reference)
}
