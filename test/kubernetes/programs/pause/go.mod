module ts-play/pause
go 1.24.0
